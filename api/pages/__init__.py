"""The pages for people: one layout, one style, two languages, nothing loaded from anywhere, no script needed."""
