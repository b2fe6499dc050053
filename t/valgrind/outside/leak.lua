-- FAULT: a text that C copies and loses. From the project's directory: ngxtest exec -- luajit t/valgrind/outside/leak.lua
package.path = "t/valgrind/lib/?.lua;" .. package.path

local zoo = require "zoo"

zoo.zoo_keepers() -- C keeps these in a variable: no leak, although Lua unloads the library in the end
zoo.zoo_note("lost")
print("done")
