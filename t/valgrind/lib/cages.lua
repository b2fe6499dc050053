-- Cages that Lua keeps in three ways; two of them are wrong.
local ffi = require "ffi"
local zoo = require "zoo"

local _M = {}

-- FAULT: nothing closes the cage, and when this returns nothing knows it any more
function _M.look_into_a_new_one(bytes)
    local cage = zoo.cage_open(bytes)
    return zoo.cage_peek(cage, 0)
end

local all = {}

-- FAULT: every cage is closed once it is garbage, but none ever is
function _M.keep_for_ever(bytes)
    local cage = ffi.gc(zoo.cage_open(bytes), zoo.cage_close)
    all[#all + 1] = cage
    return cage
end

local few = {}

-- the oldest of three has to go
function _M.keep_three(bytes)
    local cage = ffi.gc(zoo.cage_open(bytes), zoo.cage_close)
    table.insert(few, cage)
    if #few > 3 then
        local oldest = table.remove(few, 1)
        zoo.cage_close(ffi.gc(oldest, nil))
    end
    return cage
end

return _M
