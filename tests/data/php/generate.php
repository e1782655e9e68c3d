<?php
// Makes the golden files beside this script with the real PHP:
//
//     php generate.php
//
// Each line of a golden file is one case, a JSON array [input, what PHP makes of it]. The inputs
// are drawn from a fixed seed, so that another run gives the same files. Written for PHP 8.

mt_srand(20260315);
ini_set('max_input_vars', '1000');
ini_set('serialize_precision', '-1');

/** One element of a list. */
function any(array $of) { return $of[mt_rand(0, count($of) - 1)]; }

/** A text of up to $most pieces. */
function text(array $pieces, int $most): string {
    $text = '';
    for ($n = mt_rand(0, $most); $n > 0; $n--) $text .= any($pieces);
    return $text;
}

function write(string $file, iterable $cases): void {
    $out = fopen(__DIR__ . '/' . $file, 'w');
    $count = 0;
    foreach ($cases as $case) {
        fwrite($out, json_encode($case, JSON_THROW_ON_ERROR) . "\n");
        $count++;
    }
    fclose($out);
    echo "$file: $count cases\n";
}

// --- forms: a query string and the tree that parse_str() makes of it, printed by json_encode() ---

$names = ['a', 'b', 'user_data', 'x.y', 'x y', 'x+y', '%20a', ' a', 'a%00b', '0', '01', '-5', 'é', '%C3%A9', '', '.', '_', 'a%5Bb%5D', 'a;b', "a\tb"];
$keys = ['', ' ', '%20', '%09', 'b', 'c.d', 'c d', 'c+d', '0', '1', '5', '01', '-1', '-0', '+1', '1.5', '9223372036854775807', '9223372036854775808', ' b ', '[b', 'b%5B', 'é', '%00', 'k%00l', 'value', '=', '%26'];
$closers = [']', ']', ']', ']', ']', ']', '', ']x', '%5D', ']]', '].'];
$values = ['', '1', 'x', 'x=y', '1;b=2', '%ZZ', '%', '%4', '%41', '+', '%2B', '%00', '%0D%0A', '%F0%9F%93%BA', '%FF', '%E2%82', 'a%C3', "\u{e9}", '%5B1%2C2%5D', '[1,2]', '%26', '"', '%22', '<b>', '\\', '%5C%2F', '0', ' '];

function variable(): string {
    global $names, $keys, $closers, $values;
    $name = any($names);
    for ($n = any([0, 0, 0, 1, 1, 2, 2, 3]); $n > 0; $n--) {
        $name .= any(['[', '[', '[', '%5B']) . any($keys) . any($closers);
    }
    return $name . any(['=', '=', '=', '=', '', '==']) . any($values);
}

write('forms.jsonl', (function () {
    for ($i = 0; $i < 3500; $i++) {
        $pieces = [];
        for ($n = any([1, 1, 1, 2, 2, 3, 4, 6]); $n > 0; $n--) $pieces[] = variable();
        $input = implode(any(['&', '&', '&', '&&']), $pieces);
        parse_str($input, $tree);
        yield [$input, json_encode((object) $tree, JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR)];
    }
})());

// --- json_encode(): a value in plain JSON, and the same value as json_encode() prints it ---

$characters = ['a', 'Z', '0', ' ', '/', '\\', '"', "'", '<', '>', '&', "\n", "\r", "\t", "\x08", "\x0c", "\x01", "\x1f", "\x7f", "\u{80}", "\u{e9}", "\u{7ff}", "\u{800}", "\u{2028}", "\u{fffd}", "\u{ffff}", "\u{10000}", "\u{1f4fa}", "\u{10ffff}", '</script>', '\u0041'];

function number() {
    switch (mt_rand(0, 7)) {
        case 0: return mt_rand(-10, 10);
        case 1: return any([PHP_INT_MAX, PHP_INT_MIN, 0, -1]);
        case 2: return mt_rand() / 100;
        case 3: return (float) mt_rand(-1000, 1000);
        case 4: return mt_rand(1, 99999) * (10.0 ** mt_rand(-30, 30));
        case 5: return -mt_rand() / mt_rand(1, 1000000);
        case 6: return any([0.1, 0.2, 0.1 + 0.2, -0.0, 1e14, 1e15, 1e16, 1e17, 1e-4, 1e-5, 123456789012345678.0, 5e-324, 1.7976931348623157e308]);
        default: return mt_rand() / mt_getrandmax();
    }
}

function value(int $depth) {
    global $characters;
    switch (mt_rand(0, $depth > 0 ? 7 : 4)) {
        case 0: return any([null, true, false]);
        case 1:
        case 2: return number();
        case 3:
        case 4: return text($characters, 12);
        case 5: $list = []; for ($n = mt_rand(0, 4); $n > 0; $n--) $list[] = value($depth - 1); return $list;
        default:
            $object = new stdClass;
            for ($n = mt_rand(0, 4); $n > 0; $n--) $object->{'k' . text($characters, 3)} = value($depth - 1);
            return $object;
    }
}

write('json.jsonl', (function () {
    for ($i = 0; $i < 2500; $i++) {
        $value = value(3);
        $plain = json_encode($value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR);
        yield [$plain, json_encode($value, JSON_THROW_ON_ERROR)];
    }
})());

// --- loose scalars: a text, its (int), its trim() and whether it is empty() ---

$pieces = ['0', '1', '9', '12', '00', '-', '+', ' ', "\t", "\n", "\r", "\x0b", "\x0c", "\0", '.', 'e', 'E5', 'x', 'abc', '2147483648', '9223372036854775807', '9223372036854775808', "\u{a0}", 'é'];

write('scalars.jsonl', (function () use ($pieces) {
    for ($i = 0; $i < 1500; $i++) {
        $text = text($pieces, 5);
        // (int) of "1e3" is 1000 in PHP 8; the panels convert the leading digits only.
        $digits = preg_match('/^[ \t\n\r\v\f]*[+-]?\d+/', $text, $found) ? $found[0] : '0';
        yield [$text, [(int) $digits, trim($text), empty($text)]];
    }
})());

// --- dates: a text and the instant that it means at a fixed one, or null where it is no date. Left out: a time that
// occurs twice (the contract has its own rule), dates before the year 0, and zones without a date ---

date_default_timezone_set('Europe/London');
$base = 1773585000;

$days = ['2027-01-31', '2027/01/31', '2026-02-30', '2024-02-29', '2026-1-5', '26-01-05', '2026-13-01', '2026-00-00', '01/02/2027', '1/2/27', '12/31/2026', '31/12/2026', '12/31', '31-12-2026', '31.12.2026', '31.12.26', '20261231', '20261332', '1 January 2027', '1st jan 2027', '31-Dec-2026', 'January 2027', '2027 January', 'Jan 1, 2027', 'january 1 2027', 'Dec 31st, 2026', 'Jan 5', '5 March', 'sept 3 2026', 'February', 'Jan-05-2027', '2027-Jan-05', '2027-03', '@1800000000', '@-5', '@0', '1 Mai 2027', '2026-12-31,', 'Sat, 30 May 2026'];
$times = ['', ' ', ' 10:00', ' 10:00:30', 'T10:00', 'T10:00:30', 't23:59:59', ' 24:00', ' 9:5', ' 10:00:30.123', ' 10am', ' 10:30 pm', ' 12am', ' 12 p.m.', ' noon', ' midnight', ' 25:00', ' 10:61', ' 1030', ' 10:00 11:00', 'T1030', 'T10'];
$zones = ['', '', 'Z', ' UTC', ' GMT', '+02:00', '-0530', '+5', ' EST', ' Europe/Berlin', ' Mars/Base', ' XYZ', 'Z Z'];
$moves = ['now', 'today', 'tomorrow', 'yesterday', 'noon', 'midnight', '+30 days', '+1 day', '-1 week', '+2 weeks', '+1 month', '-1 month', '+1 year', '+18 months', '+36 hours', '+90 minutes', '-30 sec', '+ 1 day', '+1day', '1 month', '30 days', '--1 day', '+-1 day', '2 fortnights', 'next month', 'last month', 'next year', 'next week', 'last week', 'this month', 'first day of next month', 'last day of this month', 'first day of january 2027', 'last day of february', 'monday', 'sunday', 'next monday', 'last friday', 'this saturday', 'tue', 'Thursdays', '+1 monday', 'third day', 'twelfth month', '1 month ago', '2 weeks ago', 'tomorrow noon', 'tomorrow 10:00', '10:00 tomorrow', 'monday 10:00', 'next month midnight', '+1 week 2 days', '+1 week 2 days 4 hours 2 seconds', '2027-01-31 +1 month', '2026-12-31 +1 day', '2026-12-31 10:00 +30 days', 'first monday', '2027'];
$none = ['never', 'unlimited', '0', '1', '12', '123', '12345', '123456', '1234567', '180000000', '1800000000', '99999999999', '-', '+', '2026-12-31x', '2026-12-31 2026-12-31', '1.5', 'null', '[]', '{}', '2026--12-31', '31 31 2026', 'one month', 'é', '10:00:00:00', '2026-12-31 10', 'day', 'month', 'monday next week', 'sunday this week', '00:00', '2026-12-31 00:00:00', '20261231100000', '20261231T100000', '20261231T10:00:00', '9999-12-31', '12:00', '2026-03-29 01:30', '2400', '2460', '1am'];

$dates = [];
foreach ($none as $text) $dates[] = $text;
foreach ($moves as $text) $dates[] = $text;
foreach ($days as $day) foreach ($times as $time) $dates[] = $day . $time;
foreach ($days as $day) foreach (array_unique($zones) as $zone) $dates[] = $day . ' 10:00' . $zone;
foreach ($moves as $one) foreach (['+1 day', 'noon', 'next month', '10:00', '2026-05-31'] as $two) $dates[] = "$one $two";
write('dates.jsonl', (function () use ($dates, $base) {
    foreach ($dates as $text) {
        $made = strtotime($text, $base);
        yield [$text, $made === false ? null : $made];
    }
})());
