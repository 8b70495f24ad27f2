<?php
// SabreDAV with partial updates, for PHP's own web server. Environment: FOLDER, DAV_USER, DAV_PASSWORD.
require '/usr/share/php/Sabre/autoload.php';

use Sabre\DAV;

class OneAccount extends DAV\Auth\Backend\AbstractBasic {
    protected function validateUserPass($user, $password) {
        return $user === getenv('DAV_USER') && $password === getenv('DAV_PASSWORD');
    }
}

error_reporting(0);
$server = new DAV\Server(new DAV\FSExt\Directory(getenv('FOLDER')));
$server->setBaseUri('/');
$server->addPlugin(new DAV\Auth\Plugin(new OneAccount(), 'copies'));
$server->addPlugin(new DAV\PartialUpdate\Plugin());
$server->exec();
