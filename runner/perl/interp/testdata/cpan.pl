# The functions of CPAN modules that eval sections use; recorded with the modules themselves.
use strict; use warnings;
use Crypt::JWT qw(encode_jwt); use Protocol::WebSocket::Frame; use JSON qw(to_json from_json encode_json decode_json); use File::Slurp; use URI::Escape;

my $pkcs8 = <<'_KEY_';
-----BEGIN PRIVATE KEY-----
MIICdQIBADANBgkqhkiG9w0BAQEFAASCAl8wggJbAgEAAoGBAMINwntQscOIiGMx
Eke5rT5/mmzII/4BYTE4Ju4fhq+zlPENradhZPnkEsB5g8oYymuIa9ve+JAgxMsd
85KyYpjxA8mx2Wb2Nkcw+FVS2tV1XGcb7M6fJdsnjjcVU9WVpRPOMsi99pJoOBzS
9tZyiPSUvxbYI7eEZCXOV/6q3f8pAgMBAAECgYB4QdqyXRGs4WHURsbTWEf6oU1r
+KQFd4lp3SiTDUqEfD/jGtzxC7RuAF92lFeN2Mso1MQy3/0eJJCQZ6FY2d+rX0cI
XrhDmt3aht2pMKIUgWwYS59SHd9J6xmjqSLYk46ha04Ozqafn+avyyuQGvGVgEVj
kffGozCc5SaJdm61eQJBAO+fX6suwFNTE7mS4aOwcA62oai3sIHwykd1SbbX67j7
RgxUcKGl86+3Xb/cQmdiKGmA9bo+DjIx1AzMaEfxEScCQQDPURP5x13QZn0llDi8
BCdHgXdkdddLwRMuDwa9tdRdiCae8HJG911DtuSnzSqZhMN1cFrIbeIh5+Pd42NG
Cv8vAkAqKSWBDhHC12wyC5jt3x5oSFP7Ro6k3kQI/KcCp80O2A9EHhtPJc7RjPbO
yidY31ly7sDNixueU0wXEGQMvGqjAkAM+EGLqtFPrFm/9BnoiUn7yzmw6z5g2t9c
TkxZqfpzL4VbBCfiEK+hANwlM0yq9gdUXYcQau9ut5cl1ofrZdy5AkA5HNUs0PO6
Cdtk1COXVGG5bgzX5UrgDuuGKwG+OYrWtHxJYmNdABF23Wya0SQQ6wv8aBabn0vW
jwcwrtxWgN/Z
-----END PRIVATE KEY-----
_KEY_
my $pkcs1 = <<'_KEY_';
-----BEGIN RSA PRIVATE KEY-----
MIICWwIBAAKBgQDCDcJ7ULHDiIhjMRJHua0+f5psyCP+AWExOCbuH4avs5TxDa2n
YWT55BLAeYPKGMpriGvb3viQIMTLHfOSsmKY8QPJsdlm9jZHMPhVUtrVdVxnG+zO
nyXbJ443FVPVlaUTzjLIvfaSaDgc0vbWcoj0lL8W2CO3hGQlzlf+qt3/KQIDAQAB
AoGAeEHasl0RrOFh1EbG01hH+qFNa/ikBXeJad0okw1KhHw/4xrc8Qu0bgBfdpRX
jdjLKNTEMt/9HiSQkGehWNnfq19HCF64Q5rd2obdqTCiFIFsGEufUh3fSesZo6ki
2JOOoWtODs6mn5/mr8srkBrxlYBFY5H3xqMwnOUmiXZutXkCQQDvn1+rLsBTUxO5
kuGjsHAOtqGot7CB8MpHdUm21+u4+0YMVHChpfOvt12/3EJnYihpgPW6Pg4yMdQM
zGhH8REnAkEAz1ET+cdd0GZ9JZQ4vAQnR4F3ZHXXS8ETLg8GvbXUXYgmnvByRvdd
Q7bkp80qmYTDdXBayG3iIefj3eNjRgr/LwJAKiklgQ4RwtdsMguY7d8eaEhT+0aO
pN5ECPynAqfNDtgPRB4bTyXO0Yz2zsonWN9Zcu7AzYsbnlNMFxBkDLxqowJADPhB
i6rRT6xZv/QZ6IlJ+8s5sOs+YNrfXE5MWan6cy+FWwQn4hCvoQDcJTNMqvYHVF2H
EGrvbreXJdaH62XcuQJAORzVLNDzugnbZNQjl1RhuW4M1+VK4A7rhisBvjmK1rR8
SWJjXQARdt1smtEkEOsL/GgWm59L1o8HMK7cVoDf2Q==
-----END RSA PRIVATE KEY-----
_KEY_
my $jwk = from_json('{"d":"eEHasl0RrOFh1EbG01hH-qFNa_ikBXeJad0okw1KhHw_4xrc8Qu0bgBfdpRXjdjLKNTEMt_9HiSQkGehWNnfq19HCF64Q5rd2obdqTCiFIFsGEufUh3fSesZo6ki2JOOoWtODs6mn5_mr8srkBrxlYBFY5H3xqMwnOUmiXZutXk","dp":"KiklgQ4RwtdsMguY7d8eaEhT-0aOpN5ECPynAqfNDtgPRB4bTyXO0Yz2zsonWN9Zcu7AzYsbnlNMFxBkDLxqow","dq":"DPhBi6rRT6xZv_QZ6IlJ-8s5sOs-YNrfXE5MWan6cy-FWwQn4hCvoQDcJTNMqvYHVF2HEGrvbreXJdaH62XcuQ","e":"AQAB","kty":"RSA","n":"wg3Ce1Cxw4iIYzESR7mtPn-abMgj_gFhMTgm7h-Gr7OU8Q2tp2Fk-eQSwHmDyhjKa4hr2974kCDEyx3zkrJimPEDybHZZvY2RzD4VVLa1XVcZxvszp8l2yeONxVT1ZWlE84yyL32kmg4HNL21nKI9JS_Ftgjt4RkJc5X_qrd_yk","p":"759fqy7AU1MTuZLho7BwDrahqLewgfDKR3VJttfruPtGDFRwoaXzr7ddv9xCZ2IoaYD1uj4OMjHUDMxoR_ERJw","q":"z1ET-cdd0GZ9JZQ4vAQnR4F3ZHXXS8ETLg8GvbXUXYgmnvByRvddQ7bkp80qmYTDdXBayG3iIefj3eNjRgr_Lw","qi":"ORzVLNDzugnbZNQjl1RhuW4M1-VK4A7rhisBvjmK1rR8SWJjXQARdt1smtEkEOsL_GgWm59L1o8HMK7cVoDf2Q"}');
sub t { my ($name, @v) = @_; print "$name: ", join(' ', map { defined $_ ? $_ : 'undef' } @v), "\n" }
sub dies { my ($name, $code) = @_; my @v = eval { $code->() }; t($name, $@ ne '' ? $@ : "no error @v") }
t 'HS256', encode_jwt(payload => { foo => 'bar', n => 1, s => "2", l => [1, { b => undef, a => 1.5 }] }, key => 'secret', alg => 'HS256');
t 'text', encode_jwt(payload => 'plain text', key => 'secret', alg => 'HS256');
t 'list', encode_jwt(payload => [3, "x\xe9"], key => 'secret', alg => 'HS512');
t 'HS384', encode_jwt(payload => {}, key => { kty => 'oct', k => 'c2VjcmV0' }, alg => 'HS384');
t 'header', encode_jwt(payload => {}, key => 'k', alg => 'HS256', extra_headers => {});
t $_, encode_jwt(payload => { sub => 'a', exp => 4102444800, aud => ["x"] }, key => \$pkcs8, alg => $_) for qw(RS256 RS384 RS512);
t 'pkcs1', encode_jwt(payload => { sub => 'a' }, key => \$pkcs1, alg => 'RS256');
t 'jwk', encode_jwt(payload => { sub => 'a' }, key => $jwk, alg => 'RS256');
t 'none', encode_jwt(payload => { sub => 'a' }, alg => 'none', allow_none => 1);
my %claims = (a => 1);
my %head;
my $jwt = encode_jwt(payload => \%claims, key => 'k', alg => 'HS256', relative_exp => 100, relative_nbf => -10, auto_iat => 1, extra_headers => \%head);
t 'claims', join(',', sort keys %claims), $claims{exp} - $claims{iat}, $claims{nbf} - $claims{iat}, join(',', %head), scalar(split /\./, $jwt);
dies 'no alg', sub { encode_jwt(payload => 'x', key => 'k') };
dies 'bad alg', sub { encode_jwt(payload => 'x', key => 'k', alg => 'HS1') };
dies 'no key', sub { encode_jwt(payload => 'x', alg => 'HS256') };
dies 'no payload', sub { encode_jwt(key => 'x', alg => 'HS256') };
dies 'none', sub { encode_jwt(payload => 'x', alg => 'none') };
dies 'wide', sub { encode_jwt(payload => "\x{263a}", key => 'k', alg => 'HS256') };
dies 'oct key', sub { encode_jwt(payload => "x", key => {}, alg => 'HS256') };
dies 'plain rsa key', sub { encode_jwt(payload => "x", key => $pkcs8, alg => 'RS256') };
{ package Elsewhere; main::dies('elsewhere', sub { Crypt::JWT::encode_jwt(payload => 'x', key => 'k') }) }

sub hex_of { unpack 'H*', $_[0] }
t 'text frame', hex_of(Protocol::WebSocket::Frame->new('hello')->to_bytes);
t 'masked', hex_of(Protocol::WebSocket::Frame->new(buffer => 'hello', type => 'text', masked => 1, mask => 0x01020304)->to_bytes);
t $_, hex_of(Protocol::WebSocket::Frame->new(buffer => 'x', type => $_)->to_bytes) for qw(continuation text binary ping pong close nonsense);
t 'fin', hex_of(Protocol::WebSocket::Frame->new(buffer => 'x', fin => 0, rsv => [1, 0, 1])->to_bytes);
t 'opcode', hex_of(Protocol::WebSocket::Frame->new(buffer => 'x', opcode => 9)->to_bytes), Protocol::WebSocket::Frame->new(opcode => 9)->is_ping ? 1 : 0;
t 'wide', hex_of(Protocol::WebSocket::Frame->new("\x{263a}")->to_bytes);
t 'lengths', map { hex_of(substr Protocol::WebSocket::Frame->new(buffer => 'a' x $_, max_payload_size => 0)->to_bytes, 0, 10) } 0, 125, 126, 65535, 65536;
t 'random mask', length Protocol::WebSocket::Frame->new(buffer => 'hello', masked => 1)->to_bytes;
t 'old', hex_of(Protocol::WebSocket::Frame->new(buffer => 'hello', version => 'draft-ietf-hybi-00')->to_bytes);
dies 'too big', sub { Protocol::WebSocket::Frame->new('a' x 65537)->to_bytes; 1 } if 0;
my $in = Protocol::WebSocket::Frame->new;
$in->append(my $chunk = Protocol::WebSocket::Frame->new(buffer => 'one', masked => 1, mask => 7)->to_bytes . "\x01\x01a\x89\x01p\x80");
t 'read', $in->next, $in->opcode, $in->masked, $in->next, $in->is_ping ? 'ping' : 'no', scalar($in->next), length $chunk;
$in->append("\x02bc\x81\x7e\x00");
t 'rest', $in->next, $in->opcode, $in->fin, join(',', @{ $in->rsv }), scalar($in->next_bytes), scalar(my @none = $in->next);

my $d = decode_json('{"b":[1,2.50,"x",null,true,false,{}],"a":"\u00e9\ud83d\ude00","c":-1e3,"d":12345678901234567890}');
t 'json', to_json($d, { canonical => 1, ascii => 1 });
t 'pretty', to_json({ b => [1, [], {}], a => { c => undef } }, { pretty => 1, canonical => 1 });
t 'json text', encode_json(["\x{263a}\xe9", "\x01\x7f/\\\"\n"]) , length to_json(["\xe9"]), length encode_json(["\xe9"]);
t 'numbers', encode_json([1, "1", 1.0, 1.10, "1" + 0, 1e20, 1e15, 0.1 + 0.2, 3 . "", 10 / 3, 2 ** 53]);
t 'bools', encode_json([JSON::true, JSON::false, \1, \0, $d->{b}[4]]), ref $d->{b}[4], $d->{b}[5] ? 1 : 0;
dies "json $_", sub { decode_json($_); 'fine' } for '[1,]', '{"a":1', '', '[01]', '"x"', '1', 'nul' , '[1] x';

write_file('/tmp/.ngxtest-cpan', "one\n", "two\nthree");
append_file('/tmp/.ngxtest-cpan', "\nfour\n");
my @lines = read_file('/tmp/.ngxtest-cpan');
t 'slurp', scalar(@lines), $lines[2], length(read_file('/tmp/.ngxtest-cpan')), scalar(@{ read_file('/tmp/.ngxtest-cpan', array_ref => 1) });
t 'chomped', join '|', read_file('/tmp/.ngxtest-cpan', chomp => 1);
t 'reference', ${ read_file('/tmp/.ngxtest-cpan', scalar_ref => 1) };
write_file('/tmp/.ngxtest-cpan', { append => 1 }, 'five');
t 'appended', scalar read_file('/tmp/.ngxtest-cpan');
unlink '/tmp/.ngxtest-cpan';
dies 'slurp', sub { read_file('/nowhere/at/all') };
t 'quiet', scalar read_file('/nowhere', err_mode => 'quiet');

t 'escape', uri_escape("a b/c?d=e&f\xe9~-_.!*'()\n"), uri_escape("abc", "b"), uri_escape("a-c^", "a-b^"), uri_escape('x y', '^x'), uri_escape_utf8("\x{263a}\xe9");
t 'unescape', uri_unescape('a%20b%2Fc%zz%4'), join('|', uri_unescape('%41', 'b%42'));
dies 'wide', sub { uri_escape("\x{263a}") };
