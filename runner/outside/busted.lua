-- Tells ngxtest where the tests of busted begin and end, and has Valgrind look for leaks there. busted runs this by its
-- option -e, before it reads a test file; a helper of the user's comes later and is not in the way.
--
-- Each word goes to the pipe ask, fields parted by tabs; the test waits for a line from the pipe answer:
--
--   hello    PID, way       way is "requests" where this file can ask Valgrind, else "vgdb"; the answer says who does
--   running  name           a test has started; no look at memory
--   test     name           this test is over, its before_each and after_each included
--   outside                 what comes before is of no test: files being read, setup and teardown
--
-- Behind the word stand name, file and line; in all fields bytes that could part them are written as %XX.
local dir = debug.getinfo(1, "S").source:match("^@(.*)/")
local ask, answer = io.open(dir .. "/ask", "w"), io.open(dir .. "/answer", "r")
local busted = require "busted"

ask:setvbuf("no") -- a buffer would be memory that a test seems to leave
answer:setvbuf("no")

local function say(...)
    local fields = { ... }
    for i = 1, select("#", ...) do
        fields[i] = tostring(fields[i] or ""):gsub("[%c%%]", function(c) return ("%%%02X"):format(c:byte()) end)
    end
    ask:write(table.concat(fields, "\t") .. "\n")
    return answer:read("*l")
end

-- Valgrind's client requests: a function of machine code that Valgrind knows by its otherwise senseless rotations. nil
-- where there is none for this processor, or no FFI.
local function requester()
    local ok, ffi = pcall(require, "ffi")
    if not ok or ffi.arch ~= "x64" or ffi.os ~= "Linux" then
        return nil
    end
    ffi.cdef [[
        void *ngxtest_mmap(void *, size_t, int, int, int, long) __asm__("mmap");
        int ngxtest_mprotect(void *, size_t, int) __asm__("mprotect");
    ]]
    local page = ffi.C.ngxtest_mmap(nil, 4096, 3, 0x22, -1, 0) -- to read and write, private, of no file
    if ffi.cast("intptr_t", page) == -1 then
        return nil
    end
    local code = "\72\137\248"                                     -- mov rax, rdi: the request and its arguments
        .. "\49\210"                                               -- xor edx, edx: the answer where Valgrind is not
        .. "\72\193\199\3\72\193\199\13\72\193\199\61\72\193\199\51" -- rol rdi by 3, 13, 61, 51: 128 in all
        .. "\72\135\219"                                           -- xchg rbx, rbx
        .. "\72\137\208\195"                                       -- mov rax, rdx; ret
    ffi.copy(page, code, #code)
    if ffi.C.ngxtest_mprotect(page, 4096, 5) ~= 0 then             -- to read and execute
        return nil
    end
    local call = ffi.cast("uint64_t (*)(uint64_t *)", page)
    local words = ffi.new("uint64_t[6]")
    return function(number, text)
        local buffer = text and ffi.new("char[?]", #text + 1, text)
        words[0] = number
        words[1] = buffer and ffi.cast("uintptr_t", buffer) or 0
        return tonumber(call(words)), buffer
    end
end

local RUNNING, COUNT_ERRORS, MONITOR = 0x1001, 0x1201, 0x1202
local request = requester()
if request and request(RUNNING) == 0 then
    request = nil
end

local function pid()
    local stat = io.open("/proc/self/stat")
    local n = stat and stat:read("*n")
    if stat then
        stat:close()
    end
    return n
end

local errors = 0

-- Lua collects its garbage first; a finalizer can bring up more, which the second time takes.
local function look()
    collectgarbage()
    collectgarbage()
    if not request then
        return
    end
    request(MONITOR, "v.info n_errs_found")
    local n = request(COUNT_ERRORS)
    if n ~= errors then
        errors = n
        request(MONITOR, "v.info last_error")
    end
    request(MONITOR, "leak_check full kinds all changed")
end

local function full_name(element)
    local name = element.name or element.descriptor
    local parent = busted.parent(element)
    while parent and parent.descriptor ~= "file" and (parent.name or parent.descriptor) do
        name = (parent.name or parent.descriptor) .. " " .. name
        parent = busted.parent(parent)
    end
    return name
end

local function place(element)
    local trace = element.trace or {}
    local file = trace.source or trace.short_src or ""
    return file:gsub("^@", ""), trace.currentline
end

local test -- that runs
local reading -- the file whose tests run

local function outside()
    look()
    say("outside", "", reading)
end

local first, last -- what runs before and behind each test

-- The last one of a list that is not what it was: with --repeat, busted keeps the list and forgets whose its elements are.
local function instead(list, of)
    for i, element in ipairs(list) do
        if element == of then
            table.remove(list, i)
            break
        end
    end
    return list[#list]
end

busted.subscribe({ "suite", "start" }, function(root)
    -- first of all that runs before a test, and last of all that runs behind it
    busted.before_each(outside)
    first = instead(root.before_each, first)
    table.insert(root.before_each, 1, table.remove(root.before_each))
    busted.after_each(function()
        look()
        if test then
            local file, line = place(test)
            say("test", full_name(test), file, line)
            test = nil
        else
            say("outside", "", reading)
        end
    end)
    last = instead(root.after_each, last)
    return nil, true
end)

busted.subscribe({ "test", "start" }, function(element)
    if element.descriptor ~= "pending" then
        test = element
        local file, line = place(element)
        say("running", full_name(element), file, line)
    end
    return nil, true
end)

busted.subscribe({ "file", "start" }, function(element)
    reading = element.name
    return nil, true
end)

for _, what in ipairs { "describe", "file", "suite" } do
    busted.subscribe({ what, "end" }, function()
        outside()
        return nil, true
    end)
end

-- What is there now is of no test.
collectgarbage()
collectgarbage()
if say("hello", pid(), request and "requests" or "vgdb") ~= "requests" then
    request = nil
elseif request then
    request(MONITOR, "leak_check summary kinds all any")
end
