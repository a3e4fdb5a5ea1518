-- Requests for wrk: `-- BASE_PATH AUTHORIZATION ISSUES KIND`, where KIND is one of those below or "mix".

local base, authorization, issues, kind
local headers = {}

-- A number of an issue that exists; ids begin at 10000 and keys at 1.
local function number()
  return math.random(1, issues)
end

local function get(path)
  return wrk.format("GET", base .. path, headers)
end

local function post(path, body)
  return wrk.format("POST", base .. path, headers, body)
end

local kinds = {
  ["GET issue, five fields"] = function()
    return get("/issue/" .. (9999 + number()) .. "?fields=summary,status,labels,priority,updated")
  end,
  ["GET issue, all fields"] = function()
    return get("/issue/SEC-" .. number())
  end,
  ["search by label, 20 found"] = function()
    local label = "seeded-" .. math.random(1, math.floor(issues / 20) - 1)
    return post("/search/jql", '{"jql":"labels = ' .. label .. '","fields":["status","updated"],"maxResults":50}')
  end,
  ["search by label, none found"] = function()
    return post("/search/jql", '{"jql":"labels = nothing-' .. number() .. '","fields":["status"],"maxResults":50}')
  end,
  ["search by id"] = function()
    return post("/search/jql", '{"jql":"id = ' .. (9999 + number()) .. '","fields":["status","updated"]}')
  end,
  ["GET transitions"] = function()
    return get("/issue/" .. (9999 + number()) .. "/transitions")
  end,
  ["bulkfetch of 10"] = function()
    local ids = {}
    for n = 1, 10 do
      ids[n] = '"' .. (9999 + number()) .. '"'
    end
    local list = table.concat(ids, ",")
    return post("/issue/bulkfetch", '{"issueIdsOrKeys":[' .. list .. '],"fields":["status","labels","updated"]}')
  end,
  ["GET createmeta fields"] = function()
    return get("/issue/createmeta/SEC/issuetypes/10004?maxResults=200")
  end,
}

-- Of a hundred requests, so many of each.
local mix = {
  { 40, "GET issue, five fields" },
  { 10, "GET issue, all fields" },
  { 10, "search by label, 20 found" },
  { 10, "search by label, none found" },
  { 10, "search by id" },
  { 10, "GET transitions" },
  { 5, "bulkfetch of 10" },
  { 5, "GET createmeta fields" },
}
local deck = {}

function init(arguments)
  base, authorization, issues, kind = arguments[1], arguments[2], tonumber(arguments[3]), arguments[4]
  headers["Authorization"] = authorization
  headers["Content-Type"] = "application/json"
  math.randomseed(1)
  for _, row in ipairs(mix) do
    for _ = 1, row[1] do
      deck[#deck + 1] = row[2]
    end
  end
end

function request()
  local wanted = kind
  if kind == "mix" then
    wanted = deck[math.random(1, #deck)]
  end
  return kinds[wanted]()
end

function done(summary, latency)
  local seconds = summary.duration / 1e6
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '{"per_second": %.0f, "failed": %d, "p50_ms": %.2f, "p99_ms": %.2f}\n',
    summary.requests / seconds, failed, latency:percentile(50) / 1000, latency:percentile(99) / 1000
  ))
end
