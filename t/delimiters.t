# Other delimiters, so that a text may hold the usual ones.
use Test::Nginx::Socket tests => 2;

delimiters('###', '+++');
run_tests();

__END__

### TEST 1: lines of equals signs and dashes are text
+++ config
    location = /t { return 200 "=== one\n--- two\n"; }
+++ request: GET /t
+++ response_body
=== one
--- two
