<?php

$options = json_decode(file_get_contents(getenv('IDP_FOLDER') . '/options.json'), true);

$metadata['__DYNAMIC:1__'] = ($options['idp'] ?? []) + [
    'host' => '__DEFAULT__',
    'privatekey' => 'idp.key',
    'certificate' => 'idp.crt',
    'auth' => 'people',
    'attributes.NameFormat' => 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri',
    'NameIDFormat' => 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    'authproc' => [
        10 => ['class' => 'saml:AttributeNameID', 'attribute' => 'mail', 'Format' => 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'],
        100 => ['class' => 'core:AttributeMap', 'name2oid'],
    ],
];
