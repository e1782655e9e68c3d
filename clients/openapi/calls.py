"""Calls of the clients that were generated for Python, against the panel at ``LINECARD_URL``."""

import os

from control import Client as ControlClient
from control.api.faults import post_faults
from control.api.requests import post_requests_count
from control.api.state import patch_state
from control.models import At, Effect, Fault, Match, PostRequestsCountBody, Seed, When
from control.models.post_faults_response_200 import PostFaultsResponse200
from control.models.post_requests_count_response_200 import PostRequestsCountResponse200
from control.models.state import State
from panel import AuthenticatedClient
from panel.api.customers import billing_create_customer, billing_list_customers
from panel.api.general import admin_user_info
from panel.api.invoices import billing_mark_invoice_paid
from panel.api.lines import (
    admin_create_line,
    admin_get_line,
    admin_get_lines,
    nxt_create_line,
    nxt_extend_line,
    nxt_suspend_line,
    xc_v2_user_info,
)
from panel.api.subscriptions import billing_create_subscription, billing_renew_subscription
from panel.models import (
    AdminCreateLineBody,
    AdminCreateLineSuccess,
    AdminFailure,
    AdminGetLinesSuccess,
    BillingCreateCustomerBody,
    BillingCreateCustomerSuccess,
    BillingCreateSubscriptionBody,
    BillingCreateSubscriptionSuccess,
    BillingListCustomersSuccess,
    BillingMarkInvoicePaidBody,
    BillingMarkInvoicePaidSuccess,
    BillingRenewSubscriptionBody,
    BillingRenewSubscriptionSuccess,
    NxtCreateLineBody,
    NxtCreateLineSuccess,
    NxtExtendLineBody,
    NxtExtendLineSuccess,
    RestProblem,
)
from panel.models.xc_v2_user_info_success import XcV2UserInfoSuccess

URL = os.environ["LINECARD_URL"]
CODE = os.environ["LINECARD_ACCESS_CODE"]


def calls_of_the_panel() -> None:
    """Make a line, find it, and see it through the other API."""
    panel = AuthenticatedClient(base_url=URL, token=os.environ["LINECARD_API_KEY"])
    addresses = ["192.0.2.7", "192.0.2.8"]
    body = AdminCreateLineBody(
        exp_date="2027-01-01",
        username="anna",
        password="secret",
        bouquets_selected="[1,5]",
        allowed_ips=addresses,
    )
    made = admin_create_line.sync(CODE, client=panel, body=body)
    assert isinstance(made, AdminCreateLineSuccess), made
    assert (made.data.username, made.data.exp_date) == ("anna", "2027-01-01"), made

    found = admin_get_lines.sync(CODE, client=panel, searchvalue="anna", limit=1, order0column=1)
    assert isinstance(found, AdminGetLinesSuccess), found
    assert (found.records_total, found.data[0].allowed_ips, found.data[0].bouquets) == (
        1,
        addresses,
        [1, 5],
    ), found

    shown = xc_v2_user_info.sync(client=panel, username="anna", password="secret")
    assert isinstance(shown, XcV2UserInfoSuccess), shown
    assert shown.user_info.allowed_ips == addresses, shown

    missing = admin_get_line.sync(CODE, client=panel, id="1")
    assert isinstance(missing, AdminFailure), missing
    assert missing.error == "Line not found.", missing


def calls_of_the_rest_apis() -> None:
    """Sell a subscription to a new customer, and provision a line."""
    billing = AuthenticatedClient(base_url=URL, token="your_api_key_here")
    customer = BillingCreateCustomerBody(email="anna@example.com", name="Anna")
    made = billing_create_customer.sync(client=billing, body=customer)
    assert isinstance(made, BillingCreateCustomerSuccess), made
    twice = billing_create_customer.sync(client=billing, body=customer)
    assert isinstance(twice, RestProblem), twice
    assert twice.error.code == "conflict", twice

    order = BillingCreateSubscriptionBody(customer_id=made.data.id, product_id="prod_123")
    sold = billing_create_subscription.sync(client=billing, body=order)
    assert isinstance(sold, BillingCreateSubscriptionSuccess), sold
    assert sold.data.status == "active", sold
    renewal = BillingRenewSubscriptionBody(periods=1)
    renewed = billing_renew_subscription.sync(sold.data.id, client=billing, body=renewal)
    assert isinstance(renewed, BillingRenewSubscriptionSuccess), renewed
    payment = BillingMarkInvoicePaidBody(reference="bank")
    paid = billing_mark_invoice_paid.sync(str(renewed.data.latest_invoice_id), client=billing, body=payment)
    assert isinstance(paid, BillingMarkInvoicePaidSuccess), paid
    assert (paid.data.status, paid.data.amount) == ("paid", "9.99"), paid
    page = billing_list_customers.sync(client=billing, limit=2)
    assert isinstance(page, BillingListCustomersSuccess), page
    assert (len(page.data), page.pagination.has_more) == (2, True), page

    nxt = AuthenticatedClient(base_url=URL, token="your_api_token_here")
    line = NxtCreateLineBody(package_id=1, username="anna0001", password="secret0001")
    provisioned = nxt_create_line.sync(client=nxt, body=line)
    assert isinstance(provisioned, NxtCreateLineSuccess), provisioned
    assert provisioned.data.username == "anna0001", provisioned
    end = NxtExtendLineBody(expires_at="2027-01-01T00:00:00Z")
    extended = nxt_extend_line.sync(provisioned.data.id, client=nxt, body=end)
    assert isinstance(extended, NxtExtendLineSuccess), extended
    assert extended.data.status == "active", extended
    unknown = nxt_suspend_line.sync(999_999, client=nxt)
    assert isinstance(unknown, RestProblem), unknown
    assert unknown.error.code == "line_not_found", unknown


def calls_of_the_control_plane() -> None:
    """Let a call fail, count it, and add a line to the state."""
    control = ControlClient(base_url=URL)
    fault = Fault(
        match=Match(action="user_info"),
        when=When(times=1),
        effect=Effect(status=503, body="busy"),
        at=At.AFTER,
    )
    added = post_faults.sync(client=control, body=fault)
    assert isinstance(added, PostFaultsResponse200), added
    panel = AuthenticatedClient(base_url=URL, token=os.environ["LINECARD_API_KEY"])
    statuses = [admin_user_info.sync_detailed(CODE, client=panel).status_code for _ in range(2)]
    assert statuses == [503, 200], statuses

    wanted = PostRequestsCountBody(match=Match(action="user_info", status=503))
    counted = post_requests_count.sync(client=control, body=wanted)
    assert isinstance(counted, PostRequestsCountResponse200), counted
    assert counted.count == 1, counted

    seed = Seed.from_dict({"lines": [{"username": "berta", "expires": "+30d", "bouquets": ["News"]}]})
    merged = patch_state.sync(client=control, body=seed)
    assert isinstance(merged, State), merged


calls_of_the_panel()
calls_of_the_rest_apis()
calls_of_the_control_plane()
