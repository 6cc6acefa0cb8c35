//! What invented resumes are made of.

/// A profession: its title in English, German, French and Spanish, and skills that its people have.
pub struct Profession {
    pub titles: [&'static str; 4],
    pub skills: [&'static str; 10],
}

const fn profession(titles: [&'static str; 4], skills: [&'static str; 10]) -> Profession {
    Profession { titles, skills }
}

/// Languages of the resumes: English name, ISO 639-1, share in a hundred.
#[rustfmt::skip]
pub const LANGUAGES: [(&str, &str, usize); 4] = [
    ("English", "en", 55), ("German", "de", 20), ("French", "fr", 13), ("Spanish", "es", 12),
];

#[rustfmt::skip]
pub const PROFESSIONS: [Profession; 22] = [
    profession(["Software Engineer", "Softwareentwickler", "Développeur logiciel", "Desarrollador de software"], ["Python", "Django",
    "PostgreSQL", "Docker", "Git", "REST APIs", "Redis", "Linux", "Kubernetes", "Flask"]), profession(["Frontend Developer",
    "Frontend-Entwickler", "Développeur front-end", "Desarrollador front-end"], ["JavaScript", "TypeScript", "React", "CSS", "HTML",
    "Vue.js", "Next.js", "Webpack", "Figma", "Accessibility"]), profession(["Java Developer", "Java-Entwickler", "Développeur Java",
    "Desarrollador Java"], ["Java", "Spring Boot", "Hibernate", "Maven", "Apache Kafka", "Oracle", "JUnit", "Microservices", "Jenkins",
    "SQL"]), profession(["Data Scientist", "Datenwissenschaftler", "Scientifique des données", "Científico de datos"], ["Machine learning",
    "Python", "pandas", "scikit-learn", "TensorFlow", "SQL", "Statistics", "PyTorch", "NumPy", "Data visualization"]),
    profession(["Data Engineer", "Dateningenieur", "Ingénieur données", "Ingeniero de datos"], ["Apache Spark", "Apache Airflow", "SQL",
    "Python", "Snowflake", "dbt", "AWS", "ETL", "Scala", "Apache Kafka"]), profession(["DevOps Engineer", "DevOps-Ingenieur",
    "Ingénieur DevOps", "Ingeniero DevOps"], ["Kubernetes", "Terraform", "AWS", "Ansible", "Prometheus", "CI/CD", "Linux", "Helm",
    "Grafana", "Docker"]), profession(["Accountant", "Buchhalter", "Comptable", "Contable"], ["Accounting", "Bookkeeping",
    "Microsoft Excel", "SAP", "Auditing", "Budgeting", "Payroll", "Financial reporting", "DATEV", "Tax preparation"]),
    profession(["Financial Controller", "Controller", "Contrôleur de gestion", "Controlador financiero"], ["Controlling", "Budgeting",
    "Forecasting", "SAP", "Microsoft Excel", "Power BI", "IFRS", "Cost accounting", "Financial analysis", "Reporting"]),
    profession(["Registered Nurse", "Pflegefachkraft", "Infirmier", "Enfermero"], ["Nursing", "Patient care", "Wound care",
    "Medication administration", "Triage", "First aid", "Documentation", "Palliative care", "Infection control", "Pediatrics"]),
    profession(["Teacher", "Lehrer", "Enseignant", "Profesor"], ["Teaching", "Lesson planning", "Classroom management",
    "Curriculum development", "Mathematics", "Mentoring", "E-learning", "Tutoring", "Assessment", "Special education"]),
    profession(["Mechanical Engineer", "Maschinenbauingenieur", "Ingénieur mécanique", "Ingeniero mecánico"], ["SolidWorks", "AutoCAD",
    "CATIA", "FEA", "ANSYS", "Lean manufacturing", "GD&T", "MATLAB", "Six Sigma", "Prototyping"]), profession(["Electrician", "Elektriker",
    "Électricien", "Electricista"], ["Electrical installation", "Wiring", "Troubleshooting", "PLC", "Maintenance", "Blueprint reading",
    "Occupational safety", "Control panels", "Commissioning", "Soldering"]), profession(["Sales Manager", "Vertriebsleiter",
    "Responsable commercial", "Jefe de ventas"], ["Sales", "Negotiation", "Salesforce", "CRM", "Account management", "Lead generation",
    "Cold calling", "Forecasting", "B2B sales", "Customer service"]), profession(["Marketing Manager", "Marketingleiter",
    "Responsable marketing", "Responsable de marketing"], ["Marketing", "SEO", "Google Analytics", "Content marketing", "Social media",
    "Email marketing", "Copywriting", "Branding", "Market research", "HubSpot"]), profession(["Project Manager", "Projektleiter",
    "Chef de projet", "Jefe de proyecto"], ["Project management", "Scrum", "Jira", "Risk management", "PMP", "PRINCE2",
    "Stakeholder management", "Budgeting", "Agile", "Microsoft Project"]), profession(["Warehouse Supervisor", "Lagerleiter",
    "Responsable d'entrepôt", "Supervisor de almacén"], ["Warehouse management", "Inventory management", "Logistics", "Forklift", "SAP",
    "Order picking", "Supply chain management", "Scheduling", "Shipping", "Quality control"]), profession(["Chef", "Koch", "Cuisinier",
    "Cocinero"], ["Cooking", "Menu planning", "Food safety", "HACCP", "Inventory management", "Pastry", "Catering", "Kitchen management",
    "Cost control", "Purchasing"]), profession(["Recruiter", "Personalreferent", "Chargé de recrutement", "Técnico de selección"],
    ["Recruiting", "Interviewing", "Onboarding", "Employer branding", "Applicant tracking systems", "LinkedIn", "Human resources",
    "Labor law", "Training", "Sourcing"]), profession(["UX Designer", "UX-Designer", "Designer UX", "Diseñador UX"], ["Figma",
    "User research", "Wireframing", "Prototyping", "Usability testing", "Adobe XD", "Sketch", "Interaction design", "Design systems",
    "Adobe Photoshop"]), profession(["Lawyer", "Rechtsanwalt", "Avocat", "Abogado"], ["Contract law", "Legal research", "Litigation",
    "Compliance", "GDPR", "Corporate law", "Negotiation", "Due diligence", "Labor law", "Legal writing"]), profession(["Welder",
    "Schweißer", "Soudeur", "Soldador"], ["Welding", "MIG welding", "TIG welding", "Metal fabrication", "Blueprint reading", "Grinding",
    "Quality control", "Occupational safety", "Cutting", "Maintenance"]), profession(["Civil Engineer", "Bauingenieur", "Ingénieur civil",
    "Ingeniero civil"], ["AutoCAD", "Revit", "Structural analysis", "Construction management", "Surveying", "Project management",
    "Civil 3D", "Concrete", "Cost estimation", "Site supervision"]),
];

/// Towns with region and country.
#[rustfmt::skip]
pub const TOWNS: [(&str, &str, &str, &str); 32] = [
    ("London", "England", "GB", "United Kingdom"), ("Manchester", "England", "GB", "United Kingdom"), ("Dublin", "Leinster", "IE",
    "Ireland"), ("Denver", "Colorado", "US", "USA"), ("Austin", "Texas", "US", "USA"), ("Chicago", "Illinois", "US", "USA"), ("Boston",
    "Massachusetts", "US", "USA"), ("Seattle", "Washington", "US", "USA"), ("Toronto", "Ontario", "CA", "Canada"), ("Bengaluru",
    "Karnataka", "IN", "India"), ("Berlin", "Berlin", "DE", "Germany"), ("Hamburg", "Hamburg", "DE", "Germany"), ("Munich", "Bavaria", "DE",
    "Germany"), ("Cologne", "North Rhine-Westphalia", "DE", "Germany"), ("Leipzig", "Saxony", "DE", "Germany"), ("Stuttgart",
    "Baden-Württemberg", "DE", "Germany"), ("Vienna", "Vienna", "AT", "Austria"), ("Zürich", "Zurich", "CH", "Switzerland"), ("Paris",
    "Île-de-France", "FR", "France"), ("Lyon", "Auvergne-Rhône-Alpes", "FR", "France"), ("Marseille", "Provence-Alpes-Côte d'Azur", "FR",
    "France"), ("Toulouse", "Occitanie", "FR", "France"), ("Nantes", "Pays de la Loire", "FR", "France"), ("Brussels", "Brussels", "BE",
    "Belgium"), ("Madrid", "Madrid", "ES", "Spain"), ("Barcelona", "Catalonia", "ES", "Spain"), ("Valencia", "Valencia", "ES", "Spain"),
    ("Sevilla", "Andalusia", "ES", "Spain"), ("Bilbao", "Basque Country", "ES", "Spain"), ("Mexico City", "Mexico City", "MX", "Mexico"),
    ("Bogotá", "Bogota", "CO", "Colombia"), ("Lisbon", "Lisbon", "PT", "Portugal"),
];

/// Which of [`TOWNS`] people of each language live in.
pub const TOWNS_OF: [std::ops::Range<usize>; 4] = [0..10, 10..18, 18..24, 24..32];

#[rustfmt::skip]
pub const FIRST_NAMES: [&str; 64] = [
    "Olivia", "Noah", "Amelia", "Liam", "Ava", "Ethan", "Grace", "Mason", "Priya", "Arjun", "Wei", "Mei", "Fatima", "Omar", "Chidi",
    "Ngozi", "Anna", "Lukas", "Lena", "Felix", "Marie", "Jonas", "Sophie", "Maximilian", "Katharina", "Jürgen", "Heike", "Stefan",
    "Claudia", "Uwe", "Birgit", "Sören", "Camille", "Hugo", "Chloé", "Louis", "Manon", "Gabriel", "Inès", "Jules", "Élodie", "Théo",
    "Amélie", "Mathieu", "Zoé", "François", "Noémie", "Rémi", "Lucía", "Hugo", "Sofía", "Mateo", "Martina", "Alejandro", "Carmen", "Javier",
    "Elena", "Diego", "Íñigo", "Pilar", "Álvaro", "Marta", "Joaquín", "Rocío",
];

#[rustfmt::skip]
pub const LAST_NAMES: [&str; 96] = [
    "Smith", "Jones", "Taylor", "Brown", "Wilson", "Evans", "Walker", "Patel", "Khan", "Nguyen", "Chen", "Okafor", "Adeyemi", "O'Brien",
    "Murphy", "Campbell", "Anderson", "Mitchell", "Parker", "Bennett", "Foster", "Reed", "Hughes", "Griffin", "Müller", "Schmidt",
    "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz", "Hoffmann", "Koch", "Bauer", "Richter", "Klein", "Wolf",
    "Schröder", "Neumann", "Schwarz", "Zimmermann", "Krüger", "Hartmann", "Lange", "Köhler", "Voß", "Martin", "Bernard", "Dubois", "Thomas",
    "Robert", "Petit", "Durand", "Leroy", "Moreau", "Simon", "Laurent", "Lefebvre", "Michel", "Garnier", "Rousseau", "Fournier", "Girard",
    "Mercier", "Blanc", "Guérin", "Boyer", "Chevalier", "Legrand", "Perrin", "García", "Rodríguez", "González", "Fernández", "López",
    "Martínez", "Sánchez", "Pérez", "Gómez", "Ruiz", "Díaz", "Hernández", "Muñoz", "Romero", "Navarro", "Torres", "Domínguez", "Vázquez",
    "Serrano", "Ramos", "Blanco", "Castro", "Ortega", "Iglesias",
];

#[rustfmt::skip]
pub const COMPANIES: [&str; 48] = [
    "Northwind", "Blue Harbor", "Alpenwerk", "Rheintal", "Hanseatic Freight", "Nova Systems", "Clearwater", "Brightfield", "Granite Peak",
    "Silverline", "Oakridge", "Lumen Works", "Vertex Labs", "Summit Care", "Redwood", "Cobalt", "Fjord Energy", "Maple Street",
    "Ironbridge", "Pinnacle", "Westbank", "Eastgate", "Solaris", "Meridian", "Atlantique", "Horizon", "Cévennes", "Garonne", "Lumière",
    "Belvédère", "Rivoli", "Étoile", "Iberia Norte", "Costa Clara", "Sierra Alta", "Montaña", "Delta Sur", "Puerto Nuevo", "Mirador",
    "Castilla", "Kestrel", "Falcon Ridge", "Harvest", "Beacon", "Quarry", "Lighthouse", "Stonegate", "Windmill",
];

/// What somebody did: `{skill}` and `{thing}` are filled in. By language.
#[rustfmt::skip]
pub const DEEDS: [[&str; 8]; 4] = [
    ["Led the introduction of {skill} for {thing}", "Responsible for {skill} within {thing}", "Improved {thing} by means of {skill}",
    "Trained colleagues in {skill} to support {thing}", "Planned and delivered {thing} using {skill}",
    "Reduced the effort for {thing} with better {skill}", "Established standards of {skill} across {thing}",
    "Advised clients about {skill} and {thing}"], ["Einführung von {skill} für {thing} geleitet",
    "Verantwortlich für {skill} im Bereich {thing}", "Verbesserung von {thing} durch {skill}",
    "Schulung der Kollegen in {skill} für {thing}", "Planung und Umsetzung von {thing} mit {skill}",
    "Aufwand für {thing} dank {skill} gesenkt", "Standards für {skill} in {thing} aufgebaut", "Beratung von Kunden zu {skill} und {thing}"],
    ["Pilotage de la mise en place de {skill} pour {thing}", "Responsable de {skill} au sein de {thing}",
    "Amélioration de {thing} grâce à {skill}", "Formation des collègues à {skill} pour {thing}",
    "Planification et réalisation de {thing} avec {skill}", "Réduction des coûts de {thing} grâce à {skill}",
    "Mise en place de normes de {skill} dans {thing}", "Conseil aux clients sur {skill} et {thing}"],
    ["Dirigí la implantación de {skill} para {thing}", "Responsable de {skill} en el área de {thing}", "Mejora de {thing} mediante {skill}",
    "Formación de compañeros en {skill} para {thing}", "Planificación y ejecución de {thing} con {skill}",
    "Reducción de costes de {thing} gracias a {skill}", "Establecí normas de {skill} en {thing}",
    "Asesoramiento a clientes sobre {skill} y {thing}"],
];

/// What it was done for. By language.
#[rustfmt::skip]
pub const THINGS: [[&str; 14]; 4] = [
    ["the customer portal", "month-end closing", "a regional hospital", "three production sites", "the online shop", "a team of twelve",
    "the annual report", "new employees", "international customers", "the emergency department", "a public authority",
    "the spare parts warehouse", "the mobile application", "the billing platform"], ["das Kundenportal", "den Monatsabschluss",
    "ein regionales Krankenhaus", "drei Produktionsstandorte", "den Webshop", "ein Team von zwölf Personen", "den Jahresbericht",
    "neue Mitarbeiter", "internationale Kunden", "die Notaufnahme", "eine Behörde", "das Ersatzteillager", "die mobile Anwendung",
    "die Abrechnungsplattform"], ["le portail client", "la clôture mensuelle", "un hôpital régional", "trois sites de production",
    "la boutique en ligne", "une équipe de douze personnes", "le rapport annuel", "les nouveaux employés", "les clients internationaux",
    "le service des urgences", "une administration", "le magasin de pièces", "l'application mobile", "la plateforme de facturation"],
    ["el portal de clientes", "el cierre mensual", "un hospital regional", "tres plantas de producción", "la tienda en línea",
    "un equipo de doce personas", "el informe anual", "los nuevos empleados", "clientes internacionales", "el servicio de urgencias",
    "una administración pública", "el almacén de repuestos", "la aplicación móvil", "la plataforma de facturación"],
];

/// How far somebody got in their title. By language; the first says nothing.
#[rustfmt::skip]
pub const GRADES: [[&str; 4]; 4] = [
    ["", "Senior ", "Junior ", "Lead "], ["", "Senior ", "Junior ", "Leitender "], ["", "", "", ""], ["", "", "", ""],
];

/// Headings: summary, experience, education, skills, languages. By language.
#[rustfmt::skip]
pub const HEADINGS: [[&str; 5]; 4] = [
    ["Profile", "Experience", "Education", "Skills", "Languages"], ["Profil", "Berufserfahrung", "Ausbildung", "Kenntnisse", "Sprachen"],
    ["Profil", "Expérience professionnelle", "Formation", "Compétences", "Langues"], ["Perfil", "Experiencia profesional", "Formación",
    "Competencias", "Idiomas"],
];

/// Levels of education with a degree's name.
#[rustfmt::skip]
pub const DEGREES: [(&str, &str); 5] = [
    ("secondary", "High school diploma"), ("vocational", "Vocational certificate"), ("bachelor", "Bachelor of Science"), ("master",
    "Master of Science"), ("doctorate", "PhD"),
];
