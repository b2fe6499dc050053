use strict;
use warnings;
use Test::More;
use Test::LongString;

plan tests => 57;

ok 1, 'ok passes';
ok 0, 'ok fails';
ok 1;
my @list = (1, 2);
ok @list, 'a list in scalar context';
is 1, 1, 'is';
is 'a', 'b', 'is fails';
is undef, undef, 'both undef';
is undef, '', 'undef is not empty';
is 1.0, '1', 'number and string';
isnt 1, 2, 'isnt';
isnt 1, 1, 'isnt fails';
like 'abc', qr/B/i, 'like';
like 'abc', '/b/', 'like with a string';
like 'abc', qr/x/, 'like fails';
like 'abc', 'b', 'no regexp at all';
unlike 'abc', qr/x/, 'unlike';
unlike 'abc', qr/b/, 'unlike fails';
is_deeply [1, { a => [2] }], [1, { a => [2] }], 'is_deeply';
is_deeply [1, { a => [2] }], [1, { a => [3] }], 'is_deeply fails';
is_deeply { a => 1 }, { a => 1, b => undef }, 'a key more';
is_deeply [1], [1, 2], 'an item more';
is_deeply 'x', 'x', 'plain';
cmp_ok 2, '<', 10, 'cmp_ok';
cmp_ok 2, 'lt', 10, 'cmp_ok fails';
cmp_ok 'x', 'eq', 'y', 'cmp_ok eq fails';
cmp_ok 1, '&&', 1, 'cmp_ok and';
pass 'passed';
fail 'failed';
ok eq_array([1, [2]], [1, [2]]), 'eq_array';
ok !eq_hash({ a => 1 }, { a => 2 }), 'eq_hash';
ok eq_set([2, 1], [1, 2]), 'eq_set';
can_ok 'Test::More', 'is';
can_ok 'Test::More', qw(is nothing);
isa_ok bless([], 'Foo'), 'Foo';
isa_ok [], 'ARRAY';
isa_ok [], 'HASH', 'my list';
diag 'to stderr', "\ntwo lines";
note 'to stdout';
note explain { a => [1, undef] };
SKIP: {
    skip 'no need', 2 if 1;
    fail 'never';
}
SKIP: {
    skip 'not now', 1 if 0;
    pass 'went on';
}
TODO: {
    local $TODO = 'not ready';
    ok 0, 'todo fails';
    ok 1, 'todo passes';
}
TODO: {
    todo_skip 'later', 1;
    fail 'never';
}
ok 1, "a # in the name";
ok 1, "two\nlines";
is "a\nb\n", "a\nb\n", 'lines';
is_string 'a', 'a', 'is_string';
is_string_nows " a\nb", 'ab', 'is_string_nows';
contains_string 'abc', 'b', 'contains_string';
lacks_string 'abc', 'x', 'lacks_string';
like_string 'abc', qr/b/, 'like_string';
unlike_string 'abc', qr/x/, 'unlike_string';
is eval { die { code => 5 } } || $@->{code}, 5, 'eval';
my $builder = Test::More->builder;
is $builder->current_test, 52, 'current_test';
$builder->ok(1, 'by the builder');
$builder->is_eq('x', 'x', 'is_eq');
use_ok 'File::Spec';
isa_ok 'Foo', 'Bar';
