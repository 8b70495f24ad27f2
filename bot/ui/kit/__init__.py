"""What several features share: responses, views, confirmation, pagination, access checks, error reports."""
