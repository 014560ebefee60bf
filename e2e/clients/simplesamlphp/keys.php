<?php

// Makes keys and self-signed certificates: php keys.php FOLDER NAME…

$folder = $argv[1];
foreach (array_slice($argv, 2) as $name) {
    $key = openssl_pkey_new(['private_key_bits' => 2048, 'private_key_type' => OPENSSL_KEYTYPE_RSA]);
    $request = openssl_csr_new(['commonName' => "SimpleSAMLphp $name"], $key, ['digest_alg' => 'sha256']);
    $certificate = openssl_csr_sign($request, null, $key, 30, ['digest_alg' => 'sha256'], random_int(1, PHP_INT_MAX));
    openssl_pkey_export_to_file($key, "$folder/$name.key") && openssl_x509_export_to_file($certificate, "$folder/$name.crt") || exit(1);
}
