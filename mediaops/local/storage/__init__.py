"""``/storage/v1``: buckets and objects, as Supabase Storage answers them."""
