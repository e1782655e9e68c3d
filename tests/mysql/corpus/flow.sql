-- IF, IFNULL, NULLIF, COALESCE, CASE: values and the one type of all branches.
SELECT IF(1, 2, 3), IF(0, 2, 3), IF(NULL, 2, 3), IF('a', 2, 3), IF('1', 2, 3), IF(0.4, 2, 3), IF(1, NULL, 3), IF(0e0, 1, 2)
SELECT IF(1, 1, 'x'), IF(1, 1.50, 'x'), IF(1, 1e0, 'x'), IF(0, 1, 2.50), IF(1, 1, 2e0), IF(1, NULL, NULL), IF(1, 1, NULL)
SELECT IF(1, CURDATE(), NOW()), IF(1, CURDATE(), 'x'), IF(1, CURDATE(), 1), IF(1, NOW(), NULL), IF(0, CURDATE(), '2026-01-01')
SELECT IFNULL(NULL, 1), IFNULL(1, 2), IFNULL(NULL, NULL), IFNULL(NULL, 'x'), IFNULL('', 'x'), IFNULL(0, 1), IFNULL(1, 'x'), IFNULL(1.5, 2)
SELECT NULLIF(1, 1), NULLIF(1, 2), NULLIF(NULL, 1), NULLIF(1, NULL), NULLIF('a', 'A'), NULLIF('a', 'b'), NULLIF(1, '1'), NULLIF(1.50, 1.5), NULLIF('', '')
SELECT COALESCE(NULL, NULL, 3), COALESCE(1), COALESCE(NULL), COALESCE(NULL, 'a', 1), COALESCE(1, 2.50), COALESCE(NULL, CURDATE())
SELECT COALESCE()
SELECT IF(1, 2)
SELECT IFNULL(1)
SELECT CASE 1 WHEN 1 THEN 'a' WHEN 2 THEN 'b' END, CASE 3 WHEN 1 THEN 'a' END, CASE 3 WHEN 1 THEN 'a' ELSE 'z' END, CASE NULL WHEN NULL THEN 1 ELSE 2 END
SELECT CASE WHEN 1 > 2 THEN 'a' WHEN NULL THEN 'b' ELSE 'c' END, CASE WHEN 0 THEN 1 END, CASE 'a' WHEN 'A' THEN 1 ELSE 0 END, CASE 1 WHEN '1' THEN 1 ELSE 0 END
SELECT CASE '1' WHEN 1 THEN 'x' ELSE 'y' END, CASE 'a' WHEN 0 THEN 'x' ELSE 'y' END, CASE 1.0 WHEN 1 THEN 1 END, CASE 'é' WHEN 'e' THEN 1 END
SELECT CASE WHEN 1 THEN 1 ELSE 'x' END, CASE WHEN 1 THEN 1 ELSE 2.50 END, CASE WHEN 1 THEN NULL ELSE 1 END, CASE WHEN 0 THEN 1 ELSE NULL END + 1
SELECT IF(1 = 1, 'yes', 'no') AS answer, IF(NULL IS NULL, 1, 0)
SELECT IF(1, '5', 6) + 1, IFNULL('5', 6) * 2, COALESCE('2', 1) = 2, CASE WHEN 1 THEN '10' ELSE 9 END > 9
SELECT CASE 1 WHEN 1 THEN 2
SELECT id, IF(exp_date IS NULL, 'unlimited', exp_date) AS expires FROM `lines` ORDER BY id
SELECT id, IFNULL(exp_date, 0), IFNULL(member_id, -1), IFNULL(isp_desc, 'none'), NULLIF(isp_desc, '') FROM `lines` ORDER BY id
SELECT id, CASE WHEN exp_date IS NULL THEN 'never' WHEN exp_date <= NOW() THEN 'expired' WHEN is_trial THEN 'trial' ELSE 'active' END AS state FROM `lines` ORDER BY id
SELECT id, CASE max_connections WHEN 1 THEN 'single' WHEN 2 THEN 'double' ELSE CONCAT(max_connections, ' streams') END AS plan FROM `lines` ORDER BY id
SELECT id, IF(credits > 0, credits, 0), IFNULL(credits, 0), COALESCE(NULL, credits, 1), NULLIF(credits, 0), CASE WHEN credits < 0 THEN credits ELSE 1 END FROM users ORDER BY id
SELECT id, IF(status, last_login, 'off'), COALESCE(last_login, date_registered) FROM users ORDER BY id
SELECT activity_id, IF(date_end IS NULL, NULL, date_end - date_start) AS seconds, IFNULL(date_end, UNIX_TIMESTAMP()) - date_start AS lasted FROM lines_activity ORDER BY activity_id
SELECT SUM(IF(enabled = 1, 1, 0)) AS on_, SUM(CASE WHEN enabled = 0 THEN 1 ELSE 0 END) AS off_, COUNT(IF(is_trial = 1, 1, NULL)) AS trials FROM `lines`
SELECT SUM(enabled = 1), SUM(exp_date < NOW()), SUM(NOT is_trial), COUNT(NULLIF(is_trial, 0)) FROM `lines`
