"""Scrapy's spiders: one, that is driven by the strategies of ``crawler.discovery``."""
