"""What a page is when it is not what was asked for: pure functions over tables of phrases."""
