# What the suites of the leak zoo share: the C library is there, and Lua finds it and the modules beside this file.
package Zoo;

use Test::Nginx::Socket::Lua -Base;
use Cwd qw( cwd );

my $dir = cwd() . '/t/valgrind';

$ENV{TEST_NGINX_ZOO_LIB} ||= "$dir/zoo/libzoo.so";
if (! -e $ENV{TEST_NGINX_ZOO_LIB} && system('make -s -C t/valgrind/zoo') != 0) {
    die "$ENV{TEST_NGINX_ZOO_LIB} is missing and could not be built: from the project's directory, with a C compiler ",
        "installed, run make -C t/valgrind/zoo\n";
}

env_to_nginx('TEST_NGINX_ZOO_LIB');
no_long_string();

add_block_preprocessor(sub {
    my $block = shift;

    my $http = $block->http_config;
    $http = '' unless defined $http;
    $block->set_value('http_config', qq{lua_package_path "$dir/lib/?.lua;;";\n$http});
});

1;
