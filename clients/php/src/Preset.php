<?php

declare(strict_types=1);

namespace Linecard;

/** A fault that has a name. A misspelt one is an error of PHP's own; `faults->presets()` tells those of the server. */
enum Preset: string
{
    case AccountLockedIp = 'account_locked_ip';
    case ArrayInsteadOfObject = 'array_instead_of_object';
    case AuthZero = 'auth_zero';
    case Banned = 'banned';
    case BomPrefix = 'bom_prefix';
    case CloudflareChallenge = 'cloudflare_challenge';
    case DbErrorPage = 'db_error_page';
    case Disabled = 'disabled';
    case DoubleGzip = 'double_gzip';
    case EmptyBody = 'empty_body';
    case Expired = 'expired';
    case HtmlErrorPage = 'html_error_page';
    case HtmlInsteadOfJson = 'html_instead_of_json';
    case InvalidUtf8 = 'invalid_utf8';
    case M3uCrlf = 'm3u_crlf';
    case MaxConnections = 'max_connections';
    case NullFields = 'null_fields';
    case ObjectInsteadOfArray = 'object_instead_of_array';
    case PhpWarningPrefix = 'php_warning_prefix';
    case PortalTokenExpired = 'portal_token_expired';
    case RedirectChain = 'redirect_chain';
    case RedirectLoop = 'redirect_loop';
    case SlowEpg = 'slow_epg';
    case Stream404AfterStart = 'stream_404_after_start';
    case StreamStall = 'stream_stall';
    case StringsForNumbers = 'strings_for_numbers';
    case TruncatedJson = 'truncated_json';
    case XmltvUnclosed = 'xmltv_unclosed';
}
