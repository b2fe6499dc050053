-- Keeps libraries that Lua has loaded in place until the process ends. Lua unloads them when it closes, and what their
-- variables pointed at would then count as lost. Lua runs this first (LUA_INIT), then what the user has there; resty runs
-- it by its -e.
local ok, ffi = pcall(require, "ffi")
if ok and ffi.os == "Linux" then
    ffi.cdef [[ void *ngxtest_dlopen(const char *, int) __asm__("dlopen"); ]]
    local KEEP = 0x1 + 0x4 + 0x1000 -- RTLD_LAZY, RTLD_NOLOAD, RTLD_NODELETE: only what is loaded already

    local function pin(...)
        for _, name in ipairs { ... } do
            pcall(ffi.C.ngxtest_dlopen, name, KEEP)
        end
    end

    local load = ffi.load
    ffi.load = function(name, global)
        local library = load(name, global)
        pin(name, "lib" .. tostring(name) .. ".so")
        return library
    end

    local searchers = package.loaders or package.searchers
    for i = 3, math.min(4, #searchers) do
        local search = searchers[i]
        searchers[i] = function(name, ...)
            local loader = search(name, ...)
            if type(loader) == "function" then
                pin(package.searchpath(name, package.cpath), package.searchpath(name:match("^[^.]*"), package.cpath))
            end
            return loader
        end
    end
end

local init = not ngx and os.getenv("NGXTEST_LUA_INIT")
if init and init:sub(1, 1) == "@" then
    dofile(init:sub(2))
elseif init then
    assert((loadstring or load)(init, "=LUA_INIT"))()
end
