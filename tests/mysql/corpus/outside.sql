-- Functions that MariaDB has and the contract's lists have not.
-- differs: not on the contract's lists
SELECT ISNULL(NULL)
--> error 1305: FUNCTION xui.ISNULL does not exist
-- differs: not on the contract's lists
SELECT NVL(NULL, 2)
--> error 1305: FUNCTION xui.NVL does not exist
-- differs: not on the contract's lists
SELECT NVL2(1, 2, 3)
--> error 1305: FUNCTION xui.NVL2 does not exist
-- differs: not on the contract's lists
SELECT OCTET_LENGTH('é')
--> error 1305: FUNCTION xui.OCTET_LENGTH does not exist
-- differs: not on the contract's lists
SELECT CHARACTER_LENGTH('straße')
--> error 1305: FUNCTION xui.CHARACTER_LENGTH does not exist
-- differs: not on the contract's lists
SELECT SPACE(3)
--> error 1305: FUNCTION xui.SPACE does not exist
-- differs: not on the contract's lists
SELECT UNHEX('4142')
--> error 1305: FUNCTION xui.UNHEX does not exist
-- differs: not on the contract's lists
SELECT SHA('abc')
--> error 1305: FUNCTION xui.SHA does not exist
-- differs: not on the contract's lists
SELECT CHAR(65, 66)
--> error 1305: FUNCTION xui.CHAR does not exist
-- differs: not on the contract's lists
SELECT ASCII('a')
--> error 1305: FUNCTION xui.ASCII does not exist
-- differs: not on the contract's lists
SELECT ORD('é')
--> error 1305: FUNCTION xui.ORD does not exist
-- differs: not on the contract's lists
SELECT ELT(2, 'a', 'b')
--> error 1305: FUNCTION xui.ELT does not exist
-- differs: not on the contract's lists
SELECT QUOTE('it''s')
--> error 1305: FUNCTION xui.QUOTE does not exist
-- differs: not on the contract's lists
SELECT SOUNDEX('Robert')
--> error 1305: FUNCTION xui.SOUNDEX does not exist
-- differs: not on the contract's lists
SELECT STRCMP('a', 'B')
--> error 1305: FUNCTION xui.STRCMP does not exist
-- differs: not on the contract's lists
SELECT INSERT('abcd', 2, 2, 'X')
--> error 1305: FUNCTION xui.INSERT does not exist
-- differs: not on the contract's lists
SELECT BIT_LENGTH('a')
--> error 1305: FUNCTION xui.BIT_LENGTH does not exist
-- differs: not on the contract's lists
SELECT BIT_COUNT(7)
--> error 1305: FUNCTION xui.BIT_COUNT does not exist
-- differs: not on the contract's lists
SELECT CRC32('a')
--> error 1305: FUNCTION xui.CRC32 does not exist
-- differs: not on the contract's lists
SELECT LOCALTIME
--> error 1305: FUNCTION xui.LOCALTIME does not exist
-- differs: not on the contract's lists
SELECT LOCALTIMESTAMP()
--> error 1305: FUNCTION xui.LOCALTIMESTAMP does not exist
-- differs: not on the contract's lists
SELECT CURRENT_TIME
--> error 1305: FUNCTION xui.CURRENT_TIME does not exist
-- differs: not on the contract's lists
SELECT UTC_DATE()
--> error 1305: FUNCTION xui.UTC_DATE does not exist
-- differs: not on the contract's lists
SELECT UTC_TIME()
--> error 1305: FUNCTION xui.UTC_TIME does not exist
-- differs: not on the contract's lists
SELECT DAYOFMONTH('2026-03-15 01:02:03')
--> error 1305: FUNCTION xui.DAYOFMONTH does not exist
-- differs: not on the contract's lists
SELECT QUARTER('2026-05-01')
--> error 1305: FUNCTION xui.QUARTER does not exist
-- differs: not on the contract's lists
SELECT MICROSECOND('10:20:30.123')
--> error 1305: FUNCTION xui.MICROSECOND does not exist
-- differs: not on the contract's lists
SELECT DAYNAME('2026-03-15')
--> error 1305: FUNCTION xui.DAYNAME does not exist
-- differs: not on the contract's lists
SELECT MONTHNAME('2026-03-15')
--> error 1305: FUNCTION xui.MONTHNAME does not exist
-- differs: not on the contract's lists
SELECT DAYOFYEAR('2026-03-15')
--> error 1305: FUNCTION xui.DAYOFYEAR does not exist
-- differs: not on the contract's lists
SELECT WEEK('2026-03-15')
--> error 1305: FUNCTION xui.WEEK does not exist
-- differs: not on the contract's lists
SELECT YEARWEEK('2026-03-15')
--> error 1305: FUNCTION xui.YEARWEEK does not exist
-- differs: not on the contract's lists
SELECT WEEKOFYEAR('2026-03-15')
--> error 1305: FUNCTION xui.WEEKOFYEAR does not exist
-- differs: not on the contract's lists
SELECT TIME_TO_SEC('01:01:01')
--> error 1305: FUNCTION xui.TIME_TO_SEC does not exist
-- differs: not on the contract's lists
SELECT TIMEDIFF('10:00:00', '09:30:00')
--> error 1305: FUNCTION xui.TIMEDIFF does not exist
-- differs: not on the contract's lists
SELECT TO_DAYS('2026-03-15')
--> error 1305: FUNCTION xui.TO_DAYS does not exist
-- differs: not on the contract's lists
SELECT FROM_DAYS(740055)
--> error 1305: FUNCTION xui.FROM_DAYS does not exist
-- differs: not on the contract's lists
SELECT MAKEDATE(2026, 74)
--> error 1305: FUNCTION xui.MAKEDATE does not exist
-- differs: not on the contract's lists
SELECT PERIOD_DIFF(202603, 202512)
--> error 1305: FUNCTION xui.PERIOD_DIFF does not exist
-- differs: not on the contract's lists
SELECT POWER(2, 10)
--> error 1305: FUNCTION xui.POWER does not exist
-- differs: not on the contract's lists
SELECT SQRT(2)
--> error 1305: FUNCTION xui.SQRT does not exist
-- differs: not on the contract's lists
SELECT STDDEV(1)
--> error 1305: FUNCTION xui.STDDEV does not exist
-- differs: not on the contract's lists
SELECT BIT_OR(1)
--> error 1305: FUNCTION xui.BIT_OR does not exist
-- differs: not on the contract's lists
SELECT VARIANCE(1)
--> error 1305: FUNCTION xui.VARIANCE does not exist
-- differs: not on the contract's lists
SELECT EXP(1)
--> error 1305: FUNCTION xui.EXP does not exist
-- differs: not on the contract's lists
SELECT LN(1)
--> error 1305: FUNCTION xui.LN does not exist
-- differs: not on the contract's lists
SELECT LOG(2)
--> error 1305: FUNCTION xui.LOG does not exist
-- differs: not on the contract's lists
SELECT PI()
--> error 1305: FUNCTION xui.PI does not exist
-- differs: not on the contract's lists
SELECT CONV('a',16,2)
--> error 1305: FUNCTION xui.CONV does not exist
-- differs: not on the contract's lists
SELECT BIN(5)
--> error 1305: FUNCTION xui.BIN does not exist
-- differs: not on the contract's lists
SELECT OCT(8)
--> error 1305: FUNCTION xui.OCT does not exist
-- differs: not on the contract's lists
SELECT INET_ATON('1.2.3.4')
--> error 1305: FUNCTION xui.INET_ATON does not exist
-- differs: not on the contract's lists
SELECT SHA2('a',256)
--> error 1305: FUNCTION xui.SHA2 does not exist
-- differs: not on the contract's lists
SELECT CONNECTION_ID()
--> error 1305: FUNCTION xui.CONNECTION_ID does not exist
-- differs: not on the contract's lists
SELECT FOUND_ROWS()
--> error 1305: FUNCTION xui.FOUND_ROWS does not exist
-- differs: not on the contract's lists
SELECT ROW_COUNT()
--> error 1305: FUNCTION xui.ROW_COUNT does not exist
-- differs: not on the contract's lists
SELECT JSON_KEYS('{}')
--> error 1305: FUNCTION xui.JSON_KEYS does not exist
-- differs: not on the contract's lists
SELECT JSON_TYPE('1')
--> error 1305: FUNCTION xui.JSON_TYPE does not exist
-- differs: not on the contract's lists
SELECT JSON_INSERT('[]','$[0]',1)
--> error 1305: FUNCTION xui.JSON_INSERT does not exist
-- differs: not on the contract's lists
SELECT REGEXP_REPLACE('a','a','b')
--> error 1305: FUNCTION xui.REGEXP_REPLACE does not exist
-- differs: not on the contract's lists
SELECT CONVERT_TZ(NOW(),'+00:00','+01:00')
--> error 1305: FUNCTION xui.CONVERT_TZ does not exist
-- differs: not on the contract's lists
SELECT SCHEMA()
--> error 1305: FUNCTION xui.SCHEMA does not exist
-- differs: not on the contract's lists
SELECT CURRENT_USER()
--> error 1305: FUNCTION xui.CURRENT_USER does not exist
-- differs: not on the contract's lists
SELECT SESSION_USER()
--> error 1305: FUNCTION xui.SESSION_USER does not exist
-- differs: not on the contract's lists
SELECT FIRST_VALUE(1) OVER ()
--> error 1305: FUNCTION xui.FIRST_VALUE does not exist
-- differs: not on the contract's lists
SELECT NTILE(2) OVER ()
--> error 1305: FUNCTION xui.NTILE does not exist
-- differs: not on the contract's lists
SELECT LAG(1) OVER ()
--> error 1305: FUNCTION xui.LAG does not exist
SELECT nonsense('x')
SELECT xui.nonsense(1)
SELECT sqlite_version()
SELECT group_conc(1)
