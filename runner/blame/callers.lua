-- Notes who calls some C functions through FFI ("*": any), and what becomes of the pointers that they return. It runs in front of the
-- code under test, with three arguments: a file to write to, the names of the functions, parts of names of functions that
-- release.
--
-- ffi.C and what ffi.load returns stand behind a proxy. It hands out a function of Lua in place of each C function that is to
-- be watched, and all else as it is: other C functions, variables, constants, errors.
--
-- One line an event, fields divided by tabs; a site is the name of the function, the phase, the line and the source as Lua
-- names them:
--   call     SITE          before the call, which may be the last thing that the process does
--   pointer  SITE  ID      it returned a pointer; ID tells it from all others, of other processes and of the same address too
--   free     SITE  ID  BY  the pointer went to the function BY
--   gc       SITE  ID  BY  or to BY as its finalizer
--   full                   there is too much to note, nothing follows
local path, names, releases = ...
local ffi = require "ffi"
local getinfo, select, type, tostring, tonumber, pcall = debug.getinfo, select, type, tostring, tonumber, pcall
local rawequal, concat, setmetatable, unpack = rawequal, table.concat, setmetatable, unpack
local cast0, typeof0, errno, load0, gc0, C0, metatype0 = ffi.cast, ffi.typeof, ffi.errno, ffi.load, ffi.gc, ffi.C, ffi.metatype
local sizeof0 = ffi.sizeof
local uintptr, voidp = typeof0("uintptr_t"), typeof0("const void *")
local get_phase = ngx and ngx.get_phase

local watched = {}
for name in names:gmatch("%S+") do
    watched[name] = true
end
if names == "*" then
    setmetatable(watched, { __index = function() return true end })
end

local function releasing(name)
    name = name:lower()
    for part in releases:gmatch("%S+") do
        if name:find(part, 1, true) then
            return true
        end
    end
    return false
end

local out = assert(io.open(path, "a"))
out:setvbuf("no")
local left = 200000

local function note(...)
    if left > 0 then
        left = left - 1
        -- the file is closed when finalizers run at the end of the process
        pcall(out.write, out, concat({...}, "\t") .. "\n")
        if left == 0 then
            pcall(out.write, out, "full\n")
        end
    end
end

local function is_function(v)
    return type(v) == "cdata" and tostring(typeof0(v)):find("%)>$") and sizeof0(v) == nil -- a pointer to one has a size
end

-- the number of an address; nil for what is no pointer, and for NULL
local function address(v)
    if type(v) ~= "cdata" then
        return nil
    end
    local ok, p = pcall(cast0, voidp, v)
    if not ok or p == nil then
        return nil
    end
    return tonumber(cast0(uintptr, p))
end

-- a pointer as a C function returns it: a struct or a 64-bit number is none
local function returned(v)
    if type(v) == "cdata" and tostring(typeof0(v)):find("%*>$") then
        return address(v)
    end
end

local original = setmetatable({}, { __mode = "k" }) -- of the functions that stand for C functions
local named = {}                                     -- address of a C function -> its name
local taken = {}                                     -- name -> who took the function last, until it is called
local live = {}                                      -- address -> site whose call returned it, and ID
local returns = 0                                    -- how many pointers were returned

local function release(how, by, p)
    local site = p and live[p]
    if site then
        live[p] = nil
        note(how, site, by)
    end
end

local function place(info)
    return info.currentline .. "\t" .. info.source:match("[^\r\n\t]*")
end

-- Who calls the function of that name: level 3 from here, or the first of Lua above it. A tail call leaves no trace of its
-- function; there, the line that took the C function from its library is the one.
local function caller(name)
    local took = taken[name]
    taken[name] = nil
    local info = getinfo(3, "Slf")
    local from = getinfo(2, "n")
    if took and not (from and from.name == name) and not (info and rawequal(info.func, took.func)) and took.what ~= "main" then
        return took.place
    end
    local level = 3
    while info and info.what == "C" do
        level = level + 1
        info = getinfo(level, "Slf")
    end
    if info then
        return place(info)
    end
    return took and took.place or "0\t?"
end

local function process()
    local ok, pid = pcall(ngx and ngx.worker and ngx.worker.pid)
    return ok and pid or 0
end

local function phase()
    local ok, name = pcall(get_phase)
    return ok and name or "?"
end

local function finish(site, ...)
    local e = errno()
    local p = returned((...))
    if p then
        release("free", "?", p) -- an address comes back when it was free
        returns = returns + 1 -- workers go on from where the master was: the process tells theirs apart
        live[p] = site .. "\t" .. process() .. ":" .. returns
        note("pointer", live[p])
    end
    errno(e)
    return ...
end

-- Functions that stand for C functions become those again where C gets them.
local function plain(...)
    local n, list = select("#", ...), nil
    for i = 1, n do
        local v = select(i, ...)
        if type(v) == "function" and original[v] then
            list = list or {...}
            list[i] = original[v]
        end
    end
    if list then
        return unpack(list, 1, n)
    end
    return ...
end

local function stand_in(f, name)
    local w
    if watched[name] then
        local frees = releasing(name)
        w = function(...)
            local e = errno()
            local site = name .. "\t" .. phase() .. "\t" .. caller(name)
            note("call", site)
            if frees then
                for i = 1, select("#", ...) do
                    release("free", name, address((select(i, ...))))
                end
            end
            errno(e)
            return finish(site, f(plain(...)))
        end
    else
        w = function(...)
            local e = errno()
            for i = 1, select("#", ...) do
                release("free", name, address((select(i, ...))))
            end
            errno(e)
            return f(plain(...))
        end
    end
    original[w] = f
    return w
end

local function proxy(lib)
    local known = {} -- name -> what stands for it
    return setmetatable({}, {
        __index = function(_, name)
            local w = known[name]
            if w == nil then
                local f = lib[name] -- fails as it does without the proxy
                if not is_function(f) then
                    return f
                end
                named[address(f)] = name
                w = (watched[name] or releasing(name)) and stand_in(f, name) or f
                known[name] = w
            end
            if watched[name] then
                local info = getinfo(2, "Slf")
                taken[name] = info and { func = info.func, what = info.what, place = place(info) }
            end
            return w
        end,
        __newindex = function(_, name, value)
            lib[name] = value
        end,
        __metatable = false,
    })
end

local libraries = setmetatable({}, { __mode = "v" })

function ffi.load(...)
    local lib = load0(...)
    local key = tostring(lib)
    local p = libraries[key]
    if not p then
        p = proxy(lib)
        libraries[key] = p
    end
    return p
end

ffi.C = proxy(C0)

-- finalizer makes a function that does what f does, and notes it.
local function finalizer(f)
    local c = original[f] or f
    if not is_function(c) then
        return f
    end
    local name = named[address(c)] or "?"
    return function(x)
        release("gc", name, address(x))
        c(x)
    end
end

function ffi.gc(x, f)
    if f == nil then
        return gc0(x, f)
    end
    return gc0(x, finalizer(f))
end

function ffi.metatype(ct, mt)
    if type(mt) == "table" and mt.__gc then
        mt.__gc = finalizer(mt.__gc)
    end
    return metatype0(ct, mt)
end

for _, name in ipairs{ "cast", "new", "typeof", "istype", "sizeof", "string", "copy" } do
    local f = ffi[name]
    ffi[name] = function(...)
        return f(plain(...))
    end
end
