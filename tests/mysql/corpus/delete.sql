-- DELETE; each statement is undone before the next.
DELETE FROM blocked_ips
DELETE FROM blocked_ips WHERE id = 15
DELETE FROM blocked_ips WHERE ip = 'CAFE'
DELETE FROM blocked_ips WHERE id > 1000
DELETE FROM blocked_ips ORDER BY id DESC LIMIT 1
DELETE FROM blocked_ips WHERE date < UNIX_TIMESTAMP() ORDER BY date LIMIT 2
DELETE FROM blocked_ips LIMIT 0
DELETE FROM blocked_ips WHERE id IN (SELECT id FROM blocked_ips WHERE notes <> '')
DELETE FROM blocked_ips WHERE id = (SELECT MAX(id) FROM blocked_ips)
DELETE FROM `lines` WHERE exp_date < NOW()
DELETE FROM `lines` WHERE exp_date IS NOT NULL AND exp_date < DATE_SUB(NOW(), INTERVAL 30 DAY)
DELETE FROM `lines` WHERE username LIKE 'trial%'
DELETE FROM `lines` WHERE is_trial = 1 AND created_at < UNIX_TIMESTAMP() - 3600
DELETE FROM `lines` WHERE member_id NOT IN (SELECT id FROM users)
DELETE FROM `lines` WHERE id = '5001abc'
DELETE FROM xui.`lines` WHERE xui.`lines`.id = 5001
DELETE l FROM `lines` l WHERE l.id = 5001
DELETE `lines` FROM `lines` WHERE id = 5001
DELETE l FROM `lines` l JOIN users u ON u.id = l.member_id WHERE u.status = 0
DELETE l FROM `lines` l LEFT JOIN users u ON u.id = l.member_id WHERE u.id IS NULL
DELETE l, u FROM `lines` l JOIN users u ON u.id = l.member_id WHERE u.id = 91
DELETE FROM l USING `lines` l JOIN users u ON u.id = l.member_id WHERE u.id = 91
DELETE u.* FROM users u WHERE u.id = 93
DELETE a FROM users_logs a JOIN users_logs b ON b.owner = a.owner AND b.id < a.id
DELETE FROM lines_activity WHERE user_id = 5001
DELETE FROM lines_activity WHERE date_start < UNIX_TIMESTAMP(NOW() - INTERVAL 1 MONTH)
DELETE FROM lines_live
DELETE FROM mag_devices WHERE mag_id = 301
-- differs: nobody goes on watching what is deleted: its connections become activity
DELETE FROM streams WHERE id = 10
--> affected: 1, insert_id: 0
--> added: lines_activity {"activity_id":13007,"user_id":4522,"stream_id":10,"server_id":1,"proxy_id":null,"user_agent":"VLC/3.0.18","user_ip":"203.0.113.7","container":"ts","date_start":1773597731,"date_end":1773597731,"geoip_country_code":"GB","isp":"","external_device":"","divergence":0,"hmac_id":null,"hmac_identifier":""}
--> removed: lines_live {"activity_id":12345}
--> removed: streams {"id":10}
--> removed: streams_servers {"server_stream_id":1}
DELETE FROM streams WHERE type = 5
DELETE FROM epg
DELETE FROM users_logs WHERE owner = 90 ORDER BY id LIMIT 2
DELETE FROM activecodes WHERE batch = 'b1' AND exp_date IS NULL
DELETE LOW_PRIORITY QUICK IGNORE FROM blocked_isps
DELETE FROM users WHERE id = 93 OR username = 'nobody'
DELETE l FROM `lines` l JOIN users u ON u.id = l.member_id ORDER BY l.id LIMIT 1
