"""Calls of xtream-api-client against the panel at LINECARD_URL, with the seed ``docs``: a login and lists."""

from __future__ import annotations

import os

from xtream_api_client import XtreamAuthenticationError, XtreamClient

URL = os.environ["LINECARD_URL"]


def main() -> None:
    """Log in, list everything, and fail to log in."""
    client = XtreamClient(URL, "customer4521", "securepass")
    account = client.get_account_info_parsed()
    assert (account.username, account.status) == ("customer4521", "Active"), account
    live = [category.name for category in client.list_live_categories()]
    assert live == ["News", "Radio"], live
    assert [category.name for category in client.list_vod_categories()] == ["Movies"]
    assert [category.name for category in client.list_series_categories()] == ["Series"]
    channels = [channel.name for channel in client.list_live_streams()]
    assert channels == ["Demo News", "Demo Sports", "Demo Channel", "Demo Radio"], channels
    assert [stream["stream_id"] for stream in client.get_live_streams("4")] == [20]
    assert [movie["name"] for movie in client.get_vod_streams()] == ["Demo Movie (2024)"]
    assert [series["series_id"] for series in client.get_series("3")] == [50]
    try:
        XtreamClient(URL, "customer4521", "wrong").get_account_info()
    except XtreamAuthenticationError:
        print("xtream-api-client: OK")
    else:
        raise AssertionError("a wrong password was accepted")


main()
