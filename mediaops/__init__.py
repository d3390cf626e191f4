"""MediaOps: the media system of a knowledge-sharing product, on Supabase."""
