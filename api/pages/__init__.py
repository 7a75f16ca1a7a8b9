"""The pages for people: one layout, one style, two languages; nothing is loaded from anywhere, and no script is needed."""
