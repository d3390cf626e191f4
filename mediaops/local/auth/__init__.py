"""``/auth/v1``: signing in with a password, as Supabase Auth answers it."""
