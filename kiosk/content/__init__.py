"""Reading what people wrote (Markdown and YAML), with every mistake named by file and line."""
