#!/bin/sh
# The tests open the reports in a real Chromium. Where there is none, root on Debian installs one.
for each in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$each" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "No Chromium here: installing Debian's for the browser tests"
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-wqy-microhei; } >/dev/null 2>&1 && exit 0
fi
echo "WARNING: no Chromium found; the browser tests will be skipped (install chromium to run them)"
