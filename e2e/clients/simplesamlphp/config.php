<?php

// SimpleSAMLphp as an identity provider of tests. IDP_URL is where a browser finds it, with a slash at the end; IDP_FOLDER is a folder of
// the test's own that holds its key, our metadata (sp.xml), what the test wants of it (options.json), and whatever it keeps.

$folder = getenv('IDP_FOLDER');

$config = [
    'baseurlpath' => getenv('IDP_URL'),
    'certdir' => "$folder/",
    'loggingdir' => "$folder/",
    'datadir' => "$folder/",
    'tempdir' => "$folder/temp",
    'metadatadir' => __DIR__ . '/metadata/',
    'attributenamemapdir' => '/etc/simplesamlphp/attributemap/', // where Debian has them
    'secretsalt' => 'a salt of tests',
    'auth.adminpassword' => 'nobody signs in as administrator',
    'timezone' => 'UTC',
    'logging.handler' => 'errorlog',
    'logging.level' => \SimpleSAML\Logger::WARNING,
    'production' => false,
    'admin.checkforupdates' => false,
    'enable.saml20-idp' => true,
    'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
    'store.type' => 'phpsession',
    'session.phpsession.savepath' => "$folder/sessions",
    'session.cookie.secure' => false, // it is reached at http://localhost
    'session.cookie.samesite' => null,
    'language.cookie.secure' => false,
    'metadata.sources' => [['type' => 'flatfile']],
];
