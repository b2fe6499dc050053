-- The C library of ../zoo, as FFI gives it. Handles are the caller's to close: nothing here does it for him.
local ffi = require "ffi"

ffi.cdef[[
struct cage;

void  zoo_note(const char *text);
char *zoo_label(const char *text);
void  zoo_free(char *label);
struct cage *cage_open(size_t bytes);
void  cage_close(struct cage *c);
void  cage_drop(struct cage *c);
int   cage_peek(const struct cage *c, size_t at);
int   cage_size(const struct cage *c);
int   cage_sum(const struct cage *c);
int   zoo_keepers(void);
int   zoo_remember(int more);
int   zoo_lucky(void);
int   zoo_race(void);
]]

return ffi.load(os.getenv("TEST_NGINX_ZOO_LIB") or "t/valgrind/zoo/libzoo.so")
