"""Posts a form with Python's own HTTP client and prints what came: the status and the body, or the
name of the error. Usage: faults.py URL FORM PATIENCE"""

import http.client
import sys
import urllib.parse

url, form = urllib.parse.urlsplit(sys.argv[1]), sys.argv[2]
connection = http.client.HTTPConnection(url.hostname, url.port, timeout=float(sys.argv[3]))
try:
    connection.request("POST", url.path, form, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    body = answer.read()
except (OSError, http.client.HTTPException) as error:
    print(type(error).__name__)
else:
    sys.stdout.buffer.write(b"%d\n%s" % (answer.status, body))
