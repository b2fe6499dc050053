# How a file falls into blocks and sections.
use Test::Nginx::Socket 'no_plan';

no_shuffle();
is scalar(blocks()), 6, 'a block with SKIP does not count';
run_tests();

__DATA__

Text before the first block means nothing.

=== TEST 1: lines and values

Between the title and the first section stands what the block is about.
Nothing reads it.

--- config
    location = /t { return 200 "hi\n"; }
--- request
GET /t
--- error_code: 200
--- response_body
hi

=== TEST 2: without SKIP, this block would fail
--- SKIP
--- config
    location = /t { return 500; }
--- request
GET /t

===TEST 3: no space behind the delimiter
--- config
    location = /t { return 200 "three\n"; }
--- request: GET /t
--- response_body
three
==== TEST 4: one more equals sign, and no blank line before it
--- config
    location = /t { return 200 "four\n"; }
--- request: GET /t
--- response_body
four

=== TEST 5: names in parentheses, blanks around everything
---   config
    location = /t { return 200 "five"; }
--- (request):   GET /t
--- (response_body)  chomp   
five

=== TEST 6: blank lines around a text go
--- config


    location = /t { return 200 "six\n"; }


--- request

GET /t

--- response_body


six



=== TEST 7: almost a section is text; of a name used twice, the last one counts
--- config
    location = /t { return 200 "----\n---x\n --- y\n---\n"; }
--- request: GET /nowhere
--- request: GET /t
--- response_body
----
---x
 --- y
---
