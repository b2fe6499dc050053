package check

func sortJSON(text string) string { return text }
