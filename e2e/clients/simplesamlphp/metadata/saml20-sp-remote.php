<?php

// Our metadata, read by SimpleSAMLphp's own converter, with what the test wants besides.

$folder = getenv('IDP_FOLDER');
$options = json_decode(file_get_contents("$folder/options.json"), true);

if (is_file("$folder/sp.xml")) {
    foreach (\SimpleSAML\Metadata\SAMLParser::parseDescriptorsString(file_get_contents("$folder/sp.xml")) as $id => $entity) {
        $metadata[$id] = ($options['sp'] ?? []) + $entity->getMetadata20SP();
    }
}
