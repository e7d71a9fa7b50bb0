-- Driver: the parser of rspamd, for `rspamadm lua -b`.
local task_library = require "rspamd_task"
local util = require "rspamd_util"

local function encoded(text)
  return '"' .. tostring(util.encode_base64(tostring(text or ""))) .. '"'
end

local function leaves(octets)
  local loaded, task = task_library.load_from_string(octets, rspamd_config)
  if not loaded or not task:process_message() then
    return {}
  end
  local found = {}
  for _, part in ipairs(task:get_parts() or {}) do
    if not part:is_multipart() and not part:is_message() then
      local front, back = part:get_type()
      local strings = { (front or "") .. "/" .. (back or ""), part:get_filename() or "", part:get_content() or "" }
      for at, text in ipairs(strings) do
        strings[at] = encoded(text)
      end
      table.insert(found, "[" .. table.concat(strings, ",") .. "]")
    end
  end
  task:destroy()
  return found
end

for path in io.stdin:lines() do
  local file = io.open(path, "rb")
  local fine, found = pcall(leaves, file and file:read("*a") or "")
  if file then
    file:close()
  end
  local error = fine and "" or ',"error":"failed"'
  io.stdout:write('{"leaves":[', fine and table.concat(found, ",") or "", "]", error, "}\n")
  io.stdout:flush()
end
