"""Where listings come from: exports, pages and feeds. Importing this never imports scrapy."""
