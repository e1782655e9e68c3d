-- From version 6 of `schema.sql` to version 7: the access cache has the ports of the main server, and lines are found
-- by their access token.
DROP TRIGGER servers_access_update;

CREATE TRIGGER servers_access_update AFTER UPDATE OF
    server_ip, private_ip, whitelist_ips, is_main, https_broadcast_port, rtmp_port ON servers
BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE INDEX lines_access_token ON lines (access_token) WHERE access_token IS NOT NULL;
