<?php
// What integrators' PHP does with the XC v2 API: http_build_query for the form, file_get_contents
// for the request, json_decode for the answer. Usage: php xc_v2.php URL PROTOCOL_VERSION
[, $panel, $version] = $argv;

function call(string $query, array $form, string $method = 'POST')
{
    global $panel, $version;
    $http = [
        'method' => $method,
        'protocol_version' => (float) $version,
        'header' => "Content-type: application/x-www-form-urlencoded\r\nConnection: close",
    ];
    if ($method === 'POST') {
        $http['content'] = http_build_query($form);
    }
    $answer = file_get_contents("$panel/api.php?$query", false, stream_context_create(['http' => $http]));
    return json_decode($answer, true);
}

function shown(string $title, $answer): void
{
    echo $title, ': ', json_encode($answer), "\n";
}

function summary(array $answer): void
{
    if (!$answer['result']) {
        echo "failed\n";
        return;
    }
    $user = $answer['user_info'];
    echo 'connections ', $user['active_cons'], ' of ', $user['max_connections'],
        ', expires ', empty($user['exp_date']) ? 'never' : gmdate('Y-m-d', (int) $user['exp_date']),
        ', channels ', implode(',', $user['channel_ids']), "\n";
}

$line = ['username' => 'phpuser', 'password' => 'phppass'];
$month = strtotime('2026-04-15 00:00:00 UTC');

shown('create', call('action=user&sub=create', ['user_data' => $line + [
    'max_connections' => 1,
    'is_restreamer' => 1,
    'exp_date' => $month,
    'bouquet' => json_encode([1, 2, 3]),
]]));
shown('create again', call('action=user&sub=create', ['user_data' => $line]));
shown('wrong column', call('action=user&sub=create', ['user_data' => ['no_such' => 1]]));
$drawn = call('action=user&sub=create', ['user_data' => ['username' => '', 'password' => '']]);
echo 'drawn: ', strlen($drawn['username']), ' and ', strlen($drawn['password']), " characters\n";
summary(call('action=user&sub=info', $line));
shown('edit', call('action=user&sub=edit', $line + ['user_data' => [
    'max_connections' => 10,
    'exp_date' => '',
    'allowed_ips' => json_encode(['192.0.2.1', '2001:db8::/32'], JSON_UNESCAPED_SLASHES),
]]));
summary(call('action=user&sub=info', $line));
shown('no such line', call('action=user&sub=edit', ['username' => 'x', 'password' => 'y', 'user_data' => ['enabled' => 0]]));
shown('no credentials', call('action=user&sub=info', []));

$mac = '00:1A:79:79:79:79';
$device = ['exp_date' => $month, 'bouquet' => json_encode([1])];
shown('device', call('action=stb&sub=create', ['user_data' => ['mac' => $mac] + $device]));
shown('device again', call('action=stb&sub=create', ['user_data' => ['mac' => $mac] + $device]));
shown('device edited', call('action=stb&sub=edit', ['mac' => $mac, 'user_data' => ['enabled' => 0]]));
shown('device unchanged', call('action=stb&sub=edit', ['mac' => $mac, 'user_data' => ['enabled' => 0]]));
$info = call('action=stb&sub=info', ['mac' => $mac]);
echo $info['mag_device']['mac'], ' of line ', $info['mag_device']['user_id'], ': ';
summary($info);

shown('by query', call('action=user&sub=info&' . http_build_query(['username' => 'x', 'password' => 'y']), [], 'GET'));
shown('by body', call('', ['action' => 'reg_user', 'sub' => 'credits', 'id' => 88, 'amount' => '12.50']));
shown('credits', array_column(call('action=reg_user&sub=list', [], 'GET'), 'credits', 'username'));
shown('online', call('action=stream&sub=online', [], 'GET'));
shown('unknown', call('action=packages', [], 'GET'));
