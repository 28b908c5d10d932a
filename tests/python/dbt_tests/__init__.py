"""The dbt tests themselves: each can fail, and what they and the documentation say is so."""
