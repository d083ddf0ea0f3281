#!/bin/sh
# The store's tests run on a real PostgreSQL too. Where there is none, root on Debian installs one; the tests start it themselves.
[ -n "$LISTING_MONITOR_TEST_POSTGRES" ] && exit 0
command -v initdb >/dev/null 2>&1 && exit 0
for each in /usr/lib/postgresql/*/bin/initdb; do
    [ -x "$each" ] && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "No PostgreSQL here: installing Debian's for the store's tests"
    # Only the programs: no server that starts by itself.
    mkdir -p /etc/postgresql-common && { [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf; }
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null 2>&1 && exit 0
fi
echo "WARNING: no PostgreSQL found; the store's tests run on SQLite alone (install postgresql, or set LISTING_MONITOR_TEST_POSTGRES)"
