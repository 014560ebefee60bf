<?php

$config = [
    'people' => [
        'exampleauth:UserPass',
        'ada:difference engine' => ['uid' => ['ada'], 'mail' => ['ada@simple.example'], 'givenName' => ['Ada'], 'sn' => ['Lovelace'], 'displayName' => ['Ada Lovelace']],
        'zoe:größer & <schöner>' => ['uid' => ['zoe'], 'mail' => ['zoe@simple.example'], 'givenName' => ['Zoë "Zo" & <Co>'], 'sn' => ["O'Brïen"], 'displayName' => ['Zoë O’Brïen']],
        'carol:a walk by the sea' => ['uid' => ['carol'], 'mail' => ['carol@simple.example'], 'givenName' => ['Carol'], 'sn' => ['Shaw']],
    ],
];
