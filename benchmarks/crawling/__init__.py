"""What a crawl costs: ours beside plain Scrapy with extruct and an ORM."""
