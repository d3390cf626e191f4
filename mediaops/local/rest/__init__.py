"""``/rest/v1``: calls of database functions, as PostgREST answers them."""
