-- Tests for busted, with five faults in eight tests. From the project's directory:
-- ngxtest exec -- busted --lua=luajit t/valgrind/outside
package.path = "t/valgrind/lib/?.lua;" .. package.path

local ffi = require "ffi"
local zoo = require "zoo"

describe("a cage", function()
    local cage

    before_each(function() cage = zoo.cage_open(40) end)
    after_each(function() zoo.cage_close(cage) end)

    it("has a size", function()
        assert.equal(40, zoo.cage_size(cage))
    end)

    it("gets a note", function() -- FAULT: 5 bytes
        zoo.zoo_note("cage")
    end)

    it("is empty", function()
        assert.equal(0, zoo.cage_peek(cage, 39))
    end)

    it("adds up", function() -- FAULT: a read behind the buffer
        zoo.cage_sum(cage)
    end)

    it("is dropped", function() -- FAULT: 70 bytes
        zoo.cage_drop(zoo.cage_open(70))
    end)

    it("adds up again", function() -- FAULT: the same read
        zoo.cage_sum(cage)
    end)

    it("is swept by Lua", function()
        ffi.gc(zoo.cage_open(50), zoo.cage_close)
    end)

    it("gets two notes", function() -- FAULT: 14 bytes
        zoo.zoo_note("cage 1")
        zoo.zoo_note("cage 2")
    end)
end)
