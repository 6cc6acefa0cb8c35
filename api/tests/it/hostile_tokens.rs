//! Tokens that somebody made up, each differing in one thing from one that counts.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hiring_core::clock::Clock;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::test_app::{SECRET_KEY, TestApp, TestOrganization};

/// What a sound token consists of.
struct Forge {
    header: Value,
    claims: Value,
    signature: String,
}

impl Forge {
    fn of(token: &str) -> Self {
        let mut parts = token.split('.');
        let mut json = || serde_json::from_slice(&BASE64.decode(parts.next().unwrap()).unwrap()).unwrap();
        let (header, claims) = (json(), json());
        Self {
            header,
            claims,
            signature: parts.next().unwrap().to_owned(),
        }
    }

    fn encode(part: &Value) -> String {
        BASE64.encode(part.to_string())
    }

    /// With other claims, soundly signed.
    fn claiming(&self, changes: &[(&str, Value)]) -> String {
        let mut claims = self.claims.clone();
        for (name, value) in changes {
            if *name == "-" {
                claims.as_object_mut().unwrap().remove(value.as_str().unwrap());
            } else {
                claims[*name] = value.clone();
            }
        }
        self.sign(Algorithm::HS256, SECRET_KEY.as_bytes(), &claims)
    }

    /// Signed by this algorithm and key, with the known key id.
    fn sign(&self, algorithm: Algorithm, key: &[u8], claims: &Value) -> String {
        let header = Header {
            kid: self.header["kid"].as_str().map(str::to_owned),
            ..Header::new(algorithm)
        };
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(key)).unwrap()
    }

    /// With other fields in the header, and this signature.
    fn headed(&self, changes: &[(&str, Value)], signature: &str) -> String {
        let mut header = self.header.clone();
        for (name, value) in changes {
            header[*name] = value.clone();
        }
        format!(
            "{}.{}.{signature}",
            Self::encode(&header),
            Self::encode(&self.claims)
        )
    }
}

fn forgeries(
    app: &TestApp,
    acme: &TestOrganization,
    other: &TestOrganization,
) -> Vec<(&'static str, String)> {
    let sound = &acme.recruiter.token;
    let forge = Forge::of(sound);
    let now = app.clock.now().timestamp();
    let key = SECRET_KEY.as_bytes();
    let signature = forge.signature.as_str();
    let mut list = vec![
        ("alg none, unsigned", forge.headed(&[("alg", json!("none"))], "")),
        (
            "alg None, signed",
            forge.headed(&[("alg", json!("None"))], signature),
        ),
        ("alg empty", forge.headed(&[("alg", json!(""))], signature)),
        (
            "alg RS256 over our secret",
            forge.headed(&[("alg", json!("RS256"))], signature),
        ),
        (
            "alg ES256 over our secret",
            forge.headed(&[("alg", json!("ES256"))], signature),
        ),
        (
            "HS384 of our secret",
            forge.sign(Algorithm::HS384, key, &forge.claims),
        ),
        (
            "HS512 of our secret",
            forge.sign(Algorithm::HS512, key, &forge.claims),
        ),
        (
            "another secret",
            forge.sign(
                Algorithm::HS256,
                b"another secret of sufficient length",
                &forge.claims,
            ),
        ),
        (
            "an empty secret",
            forge.sign(Algorithm::HS256, b"", &forge.claims),
        ),
        ("a secret of its own", {
            let jwk = json!({"kty": "oct", "k": BASE64.encode("mine"), "alg": "HS256"});
            forge.headed(
                &[("jwk", jwk), ("jku", json!("https://evil.org/keys"))],
                signature,
            )
        }),
        (
            "another key's name",
            forge.headed(&[("kid", json!("deadbeef"))], signature),
        ),
        (
            "a path as key's name",
            forge.headed(&[("kid", json!("../../../dev/null"))], signature),
        ),
        (
            "SQL as key's name",
            forge.headed(&[("kid", json!("' OR '1'='1"))], signature),
        ),
        ("no key's name", forge.headed(&[("kid", Value::Null)], signature)),
        (
            "unknown critical extension",
            forge.headed(&[("crit", json!(["exp"]))], signature),
        ),
        ("expired", forge.claiming(&[("exp", json!(now - 1))])),
        ("expired in 1970", forge.claiming(&[("exp", json!(0))])),
        ("expires as text", forge.claiming(&[("exp", json!("9999999999"))])),
        ("never expires", forge.claiming(&[("-", json!("exp"))])),
        (
            "expires after the end of time",
            forge.claiming(&[("exp", json!(1e300))]),
        ),
        ("not valid yet", forge.claiming(&[("nbf", json!(now + 3600))])),
        (
            "another audience",
            forge.claiming(&[("aud", json!("somebody-else"))]),
        ),
        ("no audience", forge.claiming(&[("-", json!("aud"))])),
        (
            "another issuer",
            forge.claiming(&[("iss", json!("https://evil.org"))]),
        ),
        ("no subject", forge.claiming(&[("-", json!("sub"))])),
        (
            "somebody else's subject",
            forge.claiming(&[("sub", json!(acme.admin.user_id.uuid()))]),
        ),
        (
            "another organization",
            forge.claiming(&[("org", json!(other.id.uuid()))]),
        ),
        (
            "a session that is none",
            forge.claiming(&[("sid", json!("018f0000-0000-7000-8000-000000000000"))]),
        ),
        ("a signature too short", sound[..sound.len() - 4].to_owned()),
        ("a part too many", format!("{sound}.{signature}")),
        ("a part too few", sound.rsplit_once('.').unwrap().0.to_owned()),
        ("no parts", "..".to_owned()),
        ("no text", BASE64.encode([0xff, 0xfe, 0x00])),
        ("8 KiB of it", "a.".repeat(4096)),
    ];
    // Two claims of one name: a reader that takes the first and one that takes the last disagree about who calls.
    let twice = forge.claims.to_string().replacen('{', "{\"role\":\"admin\",", 1);
    let message = format!("{}.{}", Forge::encode(&forge.header), BASE64.encode(twice));
    let signed = jsonwebtoken::crypto::sign(
        message.as_bytes(),
        &EncodingKey::from_secret(key),
        Algorithm::HS256,
    );
    list.push(("a claim twice", format!("{message}.{}", signed.unwrap())));
    list
}

#[actix_web::test]
async fn a_token_that_is_wrong_in_one_thing_is_no_token() {
    let app = TestApp::start().await;
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    let forge = Forge::of(&acme.recruiter.token);
    let control = app.get("/candidates").bearer(&forge.claiming(&[])).send().await;
    assert_eq!(
        control.status,
        200,
        "signing anew what stood there is sound: {}",
        control.text()
    );
    for (what, token) in forgeries(&app, &acme, &other) {
        for path in ["/candidates", "/jobs"] {
            let refused = app.get(path).bearer(&token).send().await;
            assert_eq!(refused.status, 401, "{what}: {}", refused.text());
            let problem = refused.problem("unauthenticated");
            assert_eq!(refused.header("www-authenticate"), "Bearer");
            let detail = problem["detail"].as_str().unwrap();
            for told in [
                "HS256",
                "signature",
                "kid",
                "audience",
                "issuer",
                "Json",
                "Base64",
            ] {
                assert!(!detail.contains(told), "{what}: {detail}");
            }
        }
    }
    let control = app.get("/candidates").token(&acme.recruiter).send().await;
    assert_eq!(control.status, 200);
}

#[actix_web::test]
async fn a_role_that_the_session_does_not_have_is_not_believed() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let forge = Forge::of(&acme.recruiter.token);
    let promoted = forge.claiming(&[("role", json!("admin"))]);
    let refused = app.get("/organizations/current").bearer(&promoted).send().await;
    assert_eq!(refused.status, 403, "{}", refused.text());
}

#[actix_web::test]
async fn what_is_no_bearer_token_is_refused() {
    let app = TestApp::start().await;
    for value in [
        "",
        "Bearer",
        "Bearer ",
        "Basic YWRtaW46YWRtaW4=",
        "Token abc",
        "Bearer\u{a0}abc",
    ] {
        let refused = app.get("/candidates").header("authorization", value).send().await;
        assert_eq!(refused.status, 401, "{value:?}");
        refused.problem("unauthenticated");
    }
}
