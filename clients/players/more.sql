-- What clients ask for and the documents' data lack: the archive of a channel, and a movie that is known at TMDB.
UPDATE streams SET tv_archive_server_id = 1, tv_archive_duration = 2 WHERE id = 10;
UPDATE streams SET tmdb_id = 9000100 WHERE id = 100;
