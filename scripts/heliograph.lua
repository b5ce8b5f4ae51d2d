-- Wireshark and tshark: explains what stock tools cannot know of Heliograph's packets, beside their own decoding of
-- the RoCEv2 headers. The layouts are those of rd-transport/PROTOCOL.md, section 2.
--
--   tshark -X lua_script:scripts/heliograph.lua -r CAPTURE -V
--   Wireshark: copy it into the personal Lua plugin folder (Help, About, Folders).
--
-- Every field is named heliograph.*; "heliograph" alone filters for our packets, "heliograph.trimmed == 1" for those
-- that a switch cut. A post-dissector: it adds a tree of its own and changes nothing else. Frames within the datagrams of
-- an RDMA device (VerbsPort) are dissected too.

local heliograph = Proto("heliograph", "Heliograph AINIC")

heliograph.prefs.port = Pref.uint("UDP port", 4791, "The UDP destination port of the protocol")

local OPCODES = {
    [0x4A] = "WRITE",
    [0x4B] = "WRITE_IMMEDIATE",
    [0xFC] = "SACK",
    [0xFD] = "NACK",
    [0xFE] = "PROBE",
}

local REASONS = {
    [0x01] = "TRIMMED",
    [0x02] = "TRIMMED_LAST_HOP",
    [0x0A] = "NO_RESOURCE",
    [0x0B] = "PSN_OOR_WINDOW",
    [0x80] = "BAD_KEY",
    [0x81] = "OUT_OF_BOUNDS",
    [0x82] = "NO_PERMISSION",
    [0x83] = "BAD_MESSAGE",
    [0x84] = "STALE_SOURCE",
    [0x85] = "WRONG_DESTINATION", [0x86] = "CHALLENGE",
}

-- What the information of a NACK means.
local INFORMATION = {
    [0x0A] = "microseconds to wait",
    [0x0B] = "cumulative PSN",
    [0x80] = "key",
    [0x81] = "key",
    [0x82] = "key",
    [0x83] = "packets known for the message",
    [0x84] = "source incarnation known",
}

local f = {
    kind = ProtoField.string("heliograph.kind", "Kind"),
    opcode = ProtoField.uint8("heliograph.opcode", "Opcode", base.HEX, OPCODES),
    trimmed = ProtoField.bool("heliograph.trimmed", "Trimmed by a switch"),
    psn = ProtoField.uint24("heliograph.psn", "PSN", base.DEC),
    entropy = ProtoField.uint16("heliograph.entropy", "Entropy", base.HEX),
    destination_engine = ProtoField.uint8("heliograph.destination_engine", "Destination engine"),
    destination_queue = ProtoField.uint16("heliograph.destination_queue", "Destination queue"),
    flags = ProtoField.uint8("heliograph.flags", "Flags", base.HEX),
    fenced = ProtoField.bool("heliograph.flags.fenced", "Fenced", 8, nil, 0x01),
    void = ProtoField.bool("heliograph.flags.void", "Void", 8, nil, 0x02),
    retransmitted = ProtoField.bool("heliograph.flags.retransmitted", "Retransmitted", 8, nil, 0x04),
    message_packets = ProtoField.uint24("heliograph.message_packets", "Packets of the message", base.DEC),
    msn = ProtoField.uint32("heliograph.msn", "Message sequence number"),
    destination_incarnation = ProtoField.uint32(
        "heliograph.destination_incarnation", "Destination incarnation", base.HEX),
    source_incarnation = ProtoField.uint32("heliograph.source_incarnation", "Source incarnation", base.HEX),
    source_engine = ProtoField.uint8("heliograph.source_engine", "Source engine"),
    source_queue = ProtoField.uint16("heliograph.source_queue", "Source queue"),
    horizon = ProtoField.uint64("heliograph.horizon", "Horizon of the failed message", base.DEC),
    cumulative_psn = ProtoField.uint24("heliograph.sack.cumulative_psn", "Cumulative PSN", base.DEC),
    offset = ProtoField.int16("heliograph.sack.offset", "Offset of bit 0"),
    bitmap = ProtoField.uint64("heliograph.sack.bitmap", "Bitmap", base.HEX),
    received = ProtoField.string("heliograph.sack.received", "Received PSNs of the bitmap"),
    reflected_entropy = ProtoField.uint16("heliograph.reflected_entropy", "Reflected entropy", base.HEX),
    reason = ProtoField.uint8("heliograph.nack.reason", "Reason", base.HEX, REASONS),
    information = ProtoField.uint32("heliograph.nack.information", "Information", base.DEC_HEX),
    answer = ProtoField.bool("heliograph.probe.answer", "Answer"),
    nonce = ProtoField.uint32("heliograph.probe.nonce", "Nonce", base.HEX),
}
for _, field in pairs(f) do
    heliograph.fields[#heliograph.fields + 1] = field
end

local udp_field = Field.new("udp")
local udp_port_field = Field.new("udp.dstport")
local ip_field = Field.new("ip")
local ip_length_field = Field.new("ip.len")
local ip6_field = Field.new("ipv6")
local ip6_length_field = Field.new("ipv6.plen")

local PSN_MODULUS = 0x1000000
local DATA_HEADERS, IMMEDIATE, CONTROL_COMMON, ICRC = 48, 4, 24, 4
local CONTROL_BYTES = {[0xFC] = 16, [0xFD] = 12, [0xFE] = 8}

-- Bytes from the BTH to the end of the IP packet, or of the frame if that comes first.
local function transport_bytes(tvb, bth)
    local ends = tvb:captured_len()
    local ip, ip6 = ip_field(), ip6_field()
    if ip and ip_length_field() then
        ends = math.min(ends, ip.offset + ip_length_field().value)
    elseif ip6 and ip6_length_field() then
        ends = math.min(ends, ip6.offset + 40 + ip6_length_field().value)
    end
    return ends - bth
end

local function add_identity(tree, at)
    tree:add(f.destination_incarnation, at(0, 4))
    tree:add(f.source_incarnation, at(4, 4))
    tree:add(f.source_engine, at(9, 1))
    tree:add(f.source_queue, at(10, 2))
end

-- "17-19 23": the PSNs of the bits that are 1.
local function received(cumulative, offset, bitmap)
    local runs, first = {}, nil
    for bit = 0, 64 do
        local set = bit < 64 and bitmap:rshift(bit):band(1):tonumber() == 1
        if set and not first then
            first = bit
        elseif first and not set then
            local from = (cumulative + offset + first) % PSN_MODULUS
            local to = (cumulative + offset + bit - 1) % PSN_MODULUS
            runs[#runs + 1] = from == to and tostring(from) or (from .. "-" .. to)
            first = nil
        end
    end
    return #runs > 0 and table.concat(runs, " ") or "none"
end

local function add_data(tree, at, opcode, bytes)
    local flags = at(12, 1)
    local void = flags:bitfield(6, 1) == 1
    local flags_tree = tree:add(f.flags, flags)
    flags_tree:add(f.fenced, flags)
    flags_tree:add(f.void, flags)
    flags_tree:add(f.retransmitted, flags)
    tree:add(f.message_packets, at(13, 3))
    tree:add(f.msn, at(16, 4))
    add_identity(tree, function(offset, length) return at(20 + offset, length) end)
    if void then
        tree:add(f.horizon, at(32, 8))
    end
    local headers = DATA_HEADERS + (opcode == 0x4B and IMMEDIATE or 0)
    local pad = at(1, 1):bitfield(2, 2)
    local trimmed = headers + at(44, 4):uint() + pad + ICRC > bytes
    tree:add(f.trimmed, trimmed):set_generated()
    local kind = void and "VOID" or OPCODES[opcode]
    local text = kind .. " msn=" .. at(16, 4):uint() .. " of " .. at(13, 3):uint() .. " packets"
    return kind, trimmed and text .. ", trimmed" or text
end

local function add_sack(tree, at)
    local cumulative, offset, bitmap = at(25, 3):uint(), at(28, 2):int(), at(32, 8):uint64()
    tree:add(f.cumulative_psn, at(25, 3))
    tree:add(f.offset, at(28, 2))
    tree:add(f.reflected_entropy, at(30, 2))
    tree:add(f.bitmap, at(32, 8))
    tree:add(f.received, at(25, 15), received(cumulative, offset, bitmap)):set_generated()
    return "SACK", "SACK cumulative=" .. cumulative
end

local function add_nack(tree, at)
    local reason = at(24, 1):uint()
    local name = REASONS[reason] or string.format("reason 0x%02X", reason)
    tree:add(f.reason, at(24, 1))
    tree:add(f.reflected_entropy, at(26, 2))
    tree:add(f.msn, at(28, 4))
    local information = tree:add(f.information, at(32, 4))
    if INFORMATION[reason] then
        information:append_text(" (" .. INFORMATION[reason] .. ")")
    end
    return "NACK", "NACK " .. name
end

local function add_probe(tree, at)
    local answer = at(24, 1):uint() == 1
    tree:add(f.answer, at(24, 1), answer)
    tree:add(f.nonce, at(28, 4))
    local kind = answer and "PROBE_ANSWER" or "PROBE"
    return kind, kind
end

-- Explains the packet whose UDP header is at udp and which ends behind bytes from its BTH on.
local function explain(tvb, pinfo, root, udp, bytes)
    local bth = udp + 8
    if bytes < 12 then
        return
    end
    local function at(offset, length)
        return tvb(bth + offset, length)
    end
    local opcode = at(0, 1):uint()
    local control = CONTROL_BYTES[opcode]
    local least = control and CONTROL_COMMON + control or DATA_HEADERS + (opcode == 0x4B and IMMEDIATE or 0)
    if not OPCODES[opcode] or bytes < least then
        return
    end

    local tree = root:add(heliograph, tvb(bth, bytes))
    tree:add(f.opcode, at(0, 1))
    tree:add(f.entropy, tvb(udp, 2))
    tree:add(f.destination_engine, at(5, 1))
    tree:add(f.destination_queue, at(6, 2))
    tree:add(f.psn, at(9, 3))
    local kind, text
    if control then
        add_identity(tree, function(offset, length) return at(12 + offset, length) end)
        local add = opcode == 0xFC and add_sack or opcode == 0xFD and add_nack or add_probe
        kind, text = add(tree, at)
    else
        kind, text = add_data(tree, at, opcode, bytes)
    end
    tree:add(f.kind, at(0, 1), kind):set_generated()
    tree:append_text(", " .. text)
    pinfo.cols.info:append(" [" .. text .. "]")
end

-- A frame that an RDMA device carried (rd-transport/VERBS.md): the payload of a UD SEND with VerbsPort's queue key.
local UD_SEND, QUEUE_KEY, DATAGRAM_HEADERS = 0x64, 0x48454c49, 20

local function is_datagram(tvb, bth, bytes)
    return bytes >= DATAGRAM_HEADERS + ICRC and tvb(bth, 1):uint() == UD_SEND
        and tvb(bth + 12, 4):uint() == QUEUE_KEY
end

-- Where a frame's UDP header is and how many bytes follow it within the IP packet; nil if it is none of ours.
local function find_udp(tvb, frame, ends)
    local network = frame + 14
    if ends < network + 4 then
        return nil
    end
    local kind = tvb(network - 2, 2):uint()
    if kind == 0x8100 then
        kind = tvb(network + 2, 2):uint()
        network = network + 4
    end
    local least = kind == 0x0800 and 20 or 40
    if kind ~= 0x0800 and kind ~= 0x86DD or ends < network + least then
        return nil
    end
    local header, packet_ends, protocol
    if kind == 0x0800 then
        header = 4 * tvb(network, 1):bitfield(4, 4)
        packet_ends = network + tvb(network + 2, 2):uint()
        protocol = tvb(network + 9, 1):uint()
    else
        header = 40
        packet_ends = network + 40 + tvb(network + 4, 2):uint()
        protocol = tvb(network + 6, 1):uint()
    end
    local udp = network + header
    ends = math.min(ends, packet_ends)
    if protocol ~= 17 or ends < udp + 8 or tvb(udp + 2, 2):uint() ~= heliograph.prefs.port then
        return nil
    end
    return udp, ends - udp - 8
end

local function explain_datagram(tvb, pinfo, root, bth, bytes)
    local frame = bth + DATAGRAM_HEADERS
    local pad = tvb(bth + 1, 1):bitfield(2, 2)
    local length = bytes - DATAGRAM_HEADERS - pad - ICRC
    if length <= 0 then
        return
    end
    Dissector.get("eth_withoutfcs"):call(tvb(frame, length):tvb(), pinfo, root)
    local udp, inner_bytes = find_udp(tvb, frame, frame + length)
    if udp then
        explain(tvb, pinfo, root, udp, inner_bytes)
    end
end

function heliograph.dissector(tvb, pinfo, root)
    local udp, port = udp_field(), udp_port_field()
    if not udp or not port or port.value ~= heliograph.prefs.port then
        return
    end
    local bth = udp.offset + 8
    local bytes = transport_bytes(tvb, bth)
    if is_datagram(tvb, bth, bytes) then
        explain_datagram(tvb, pinfo, root, bth, bytes)
    else
        explain(tvb, pinfo, root, udp.offset, bytes)
    end
end

register_postdissector(heliograph)
