"""Files with lines of cells, as schools and Excel save them: CSV and xlsx, bounded before anything is parsed."""
