"""The Scrapy spiders: they decide where to go, the readers beside this package read. Scrapy is imported only here."""
