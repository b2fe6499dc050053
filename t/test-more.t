# Test::More's functions count as well, in the order in which they are called.
use Test::Nginx::Socket;

plan tests => 9 + 2 * blocks();

ok 1, 'ok';
is 'a', 'a', 'is';
isnt 'a', 'b', 'isnt';
like "two\nlines", qr/^lines$/m, 'like';
unlike 'abc', qr/x/, 'unlike';
cmp_ok 2, '>', 1, 'cmp_ok';
is_deeply [1, { a => [2] }], [1, { a => [2] }], 'is_deeply';
pass 'pass';
diag 'a remark';

run_tests();

is scalar(blocks()), 1, 'code behind run_tests runs, too';

__DATA__

=== TEST 1: between them, the blocks
--- config
    location = /t { return 200 "hi\n"; }
--- request
GET /t
--- response_body
hi
